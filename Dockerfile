# The service for a container platform. The database is another container (docker-compose.yml) or DATABASE_URL.
FROM python:3.13-slim-bookworm

RUN apt-get update \
    && apt-get install -y --no-install-recommends libatomic1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 ocopmap

WORKDIR /srv/ocopmap
COPY --chown=ocopmap:ocopmap . .
RUN chown ocopmap:ocopmap . && mkdir -p /data && chown ocopmap:ocopmap /data

USER ocopmap
ENV OCOPMAP_DATA_DIR=/data OCOPMAP_HOST=0.0.0.0 PYTHONUNBUFFERED=1
# Packages are part of the image; the database is migrated and filled when a container starts.
RUN OCOPMAP_DATA_DIR=/tmp/build DATABASE_URL=postgis://none@localhost/none bin/setup --serve --only packages messages \
    && rm -rf /tmp/build

VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=5s --start-period=180s --retries=3 \
    CMD ["python3", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/api/', timeout=4)"]
CMD ["bin/serve"]
