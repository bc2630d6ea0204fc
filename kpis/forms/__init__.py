"""Forms of KPIs, readings and uploads: parse and validate, never save."""
