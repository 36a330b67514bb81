"""vetdesk: standards self-assessment, submission and inspection for vocational schools, offline."""

__version__ = "0.1.0"
