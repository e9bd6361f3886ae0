"""The CLA dashboard: the education of looked-after children, from the SSDA903 return to the report."""
