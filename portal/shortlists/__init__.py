"""Lists of services that people keep on their own device, and share by a short code."""
