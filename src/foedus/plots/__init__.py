"""Charts of what was found: one definition for notebook, report and web page."""
