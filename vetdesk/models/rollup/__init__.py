"""Verdicts and figures over many schools, and the specs of charts."""
