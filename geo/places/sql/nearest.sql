-- A page of stored texts, the nearest places first, in true metres.
--
-- Positions are compared in EPSG:3857, where a metre seems longer the farther it is from the equator, and a little longer
-- to the north than to the east: `ratio` is the greatest such difference within reach. So whatever is truly nearer than
-- the place that is the `wanted`th on the plane lies within `ratio` times its distance there: only those few are measured
-- on the ellipsoid. `guess` is how far that was the last time near here; a wrong one costs time, never a place. When fewer
-- are found within it, an index walk (<->) tells how far to look, or that is too long, and everything within reach is
-- looked at: a row of a walk costs six times a row of a box.
--
-- Index: places_mark_point, or places_mark_shelf for what few places have. `guess` and `reach` are metres of EPSG:3857.
WITH first AS MATERIALIZED (
    SELECT place_id, public_id, point, {away} AS away FROM places_mark WHERE {fits} AND {within_guess}
), counted AS MATERIALIZED (
    SELECT (SELECT away FROM first WHERE away <= %(guess)s ORDER BY away OFFSET %(wanted)s - 1 LIMIT 1) AS away
), far AS MATERIALIZED (
    SELECT least(%(reach)s, 1 + %(ratio)s * CASE
        WHEN counted.away IS NOT NULL OR %(guess)s >= %(reach)s THEN counted.away
        ELSE (SELECT walk.away FROM (
            SELECT {fits} AS fits, point <-> {centre} AS away FROM places_mark WHERE point && {within_reach}
            ORDER BY point <-> {centre} LIMIT {longest_walk}) AS walk
            WHERE walk.fits OFFSET %(wanted)s - 1 LIMIT 1) END) AS away
    FROM counted
), close AS (
    SELECT place_id, public_id, point FROM first
    WHERE (SELECT away FROM far) <= %(guess)s AND away <= (SELECT away FROM far)
    UNION ALL
    SELECT place_id, public_id, point FROM places_mark
    WHERE {fits} AND (SELECT away FROM far) > %(guess)s AND point && {within_far}
), measured AS MATERIALIZED (
    SELECT place_id, public_id, {metres} AS metres FROM close
), found AS (
    SELECT place_id, metres, row_number() OVER (ORDER BY metres, public_id) AS at
    FROM measured WHERE metres <= %(radius)s
    ORDER BY at OFFSET %(offset)s LIMIT %(most)s + 1
)
{shown}
