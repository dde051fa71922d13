"""Reports: what a run found out, as text for people and as JSON for programs."""
