"""Views: stored runs become what templates print. All decisions are here; templates only loop."""
