"""All rows of a prepared statement."""

from geo.spatial.prepared_rows import PreparedRows


def test_all_rows_come_in_their_order_with_values_of_their_types(db: None) -> None:
    numbers = PreparedRows(
        "numbers",
        "SELECT number, number %% 2 = 0, ARRAY['%%s', %(word)s], NULL, '2026-11-22'::date"
        " FROM generate_series(1, %(most)s) AS number ORDER BY number DESC",
        {"word": "text", "most": "int"},
        columns=5,
    )
    assert numbers.rows({"most": 2, "word": "nước 'mắm'", "other": "isn't asked for"}) == [
        [2, True, ["%s", "nước 'mắm'"], None, "2026-11-22"],
        [1, False, ["%s", "nước 'mắm'"], None, "2026-11-22"],
    ]
    assert numbers.rows({"most": 0, "word": ""}) == []
