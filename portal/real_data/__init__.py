"""Relationships made from published figures: founded by the operator, filled through the upload everybody uses."""
