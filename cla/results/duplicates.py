"""One row a pupil: which of several rows DfE counts."""

from __future__ import annotations

import pandas as pd

from cla.files.sheet import Sheet, line_list, number_of


def one_row_a_pupil(frame: pd.DataFrame, sheet: Sheet) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """The row to keep of each UPN, and notices.

    Kept: the row that counts in national results (NATRES, or NPDPUB), else in the authority's
    (LARES), else in the school's (SCHRES); then one that names its academic year before one that
    does not (a file is of one year); of rows that stand equal, the one with most fields filled,
    then the first. Rows without a UPN are all kept.
    """
    lines, label = sheet.lines, sheet.label
    doubled = frame["upn"].notna() & frame["upn"].duplicated(keep=False)
    if not doubled.any():
        return frame, ()
    standing = pd.DataFrame(
        {
            "upn": frame["upn"],
            "national": frame["in_national"].fillna(False).astype(int),
            "authority": frame["in_authority"].fillna(False).astype(int),
            "school": frame["in_school"].fillna(False).astype(int),
            "dated": sheet.text("academic_year").notna().astype(int),
            "filled": frame.notna().sum(axis=1),
            "line": -lines,
        }
    )[doubled]
    flags = ["national", "authority", "school"]
    order = standing.sort_values(
        [*flags, "dated", "filled", "line"], ascending=False, kind="stable"
    )
    kept = order.drop_duplicates("upn").index
    dropped = standing.index.difference(kept)
    notices = [
        f"{label}: {number_of(len(kept), 'pupil')} with more than one row; the one that counts in "
        f"published results is used, {number_of(len(dropped), 'row')} left out "
        f"({line_list(lines[dropped])})."
    ]
    best = order.drop_duplicates("upn").set_index("upn")[flags]
    rivals = standing.loc[dropped].set_index("upn")[flags]
    tied = (rivals == best.loc[rivals.index].to_numpy()).all(axis=1).to_numpy()
    if tied.any():
        notices.append(
            f"{label}: for some pupils no flag says which row counts; the fullest row is used. "
            "Check "
            f"{line_list(lines[dropped][tied])}."
        )
    return frame.drop(index=dropped), tuple(notices)
