"""A plain Django project over the same tables: djangorestframework-gis and django-vectortiles as their manuals say."""
