"""Files of other programs into measured months: bills of cloud providers, and samples of monitoring (many floor)."""
