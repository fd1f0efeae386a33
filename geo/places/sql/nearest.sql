-- A page of stored texts, the nearest places first, in true metres.
--
-- Positions are compared in EPSG:3857, where a metre seems longer the farther it is from the equator, and a little longer
-- to the north than to the east: `ratio` is the greatest such difference within reach. So whatever is truly nearer than
-- the place that is the `wanted`th on the plane lies within `ratio` times its distance there: only those few are measured
-- on the ellipsoid. `gathered` holds the nearest on the plane that fit, or all that fit. Where it doesn't go as far as
-- must be measured (many at one spot, or the walk was too long), everything as far as that is looked at. Shelves that
-- don't fit into the index of the walk are asked for by themselves.
--
-- Indexes: places_mark_near (read alone, without the rows of marks) and places_mark_near_full, or places_mark_shelf for
-- what few places have; places_feature_pkey. Distances are metres of EPSG:3857, but for `metres` and `radius`.
WITH gathered AS MATERIALIZED (
    {gathered}
), far AS MATERIALIZED (
    SELECT away, {reaches} AS reached,
        box(point(%(x)s - away, %(y)s - away), point(%(x)s + away, %(y)s + away)) AS around
    FROM (
        SELECT least(%(reach)s, 1 + %(ratio)s * away) AS away, last FROM (
            SELECT (array_agg(away ORDER BY away))[%(wanted)s] AS away, max(away) AS last FROM gathered) AS nth
    ) AS wanted
), close AS (
    SELECT place_id, public_id, point FROM gathered
    WHERE (SELECT reached FROM far) AND away <= (SELECT away FROM far)
    {others}
), measured AS MATERIALIZED (
    SELECT place_id, public_id, {metres} AS metres FROM close
), found AS (
    SELECT * FROM (
        SELECT place_id, metres, row_number() OVER (ORDER BY metres, public_id) AS at
        FROM measured WHERE metres <= %(radius)s) AS ordered
    WHERE at > %(offset)s AND at <= %(offset)s + %(most)s + 1
)
{shown}
