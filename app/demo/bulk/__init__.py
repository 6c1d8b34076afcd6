"""Large sets: what a forum holds after one year, three years, or under stress, written row by row.

A plan says first who speaks where and when; rows are made from it one after the other and go straight into the tables,
so that memory holds the plan and never the texts.
"""
