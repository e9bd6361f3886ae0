"""The CLA dashboard: the education of looked-after children, from return to report."""
