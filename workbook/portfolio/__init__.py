"""Many workbooks into one: records of plans, engines that read them, the group and its sheets (post floor)."""
