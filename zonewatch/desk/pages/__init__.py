"""The pages, one module a group of them; each takes its values from the service and renders a template."""
