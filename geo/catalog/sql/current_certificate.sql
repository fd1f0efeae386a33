-- For each subject and scheme the certificate that speaks today: the latest decision (one of which only the year is known
-- stands behind those of that year with a date), among equals the higher stars.
-- Certificates without a source are not shown. Read through the index catalog_certificate_subject.
CREATE VIEW catalog_currentcertificate AS
    SELECT DISTINCT ON (subject_id, scheme_id)
        certificate.id, certificate.subject_id, certificate.scheme_id, certificate.stars, certificate.valid_from,
        certificate.valid_until, certificate.revoked_on,
        -- The day from which it has ended for certain, also when only the year of the decision is known.
        CASE WHEN certificate.valid_from IS NULL AND certificate.valid_until IS NULL
            THEN (make_date(certificate.decision_year + 1, 1, 1) + make_interval(months => scheme.validity_months))::date
            ELSE certificate.valid_until END AS ended_on
    FROM catalog_certificate AS certificate
    JOIN catalog_certificatescheme AS scheme ON scheme.code = certificate.scheme_id
    WHERE certificate.source_url <> '' OR certificate.source_name <> ''
    ORDER BY subject_id, scheme_id,
        coalesce(certificate.decision_date, certificate.valid_from, make_date(certificate.decision_year, 1, 1)) DESC NULLS LAST,
        certificate.stars DESC NULLS LAST, certificate.id DESC;
