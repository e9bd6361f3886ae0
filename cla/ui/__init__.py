"""What several pages share: loading, the filter bar, tables, charts, downloads, empty states."""
