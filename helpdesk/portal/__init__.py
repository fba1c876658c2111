"""Every page of officials. No models of its own: it reads selectors and calls services."""
