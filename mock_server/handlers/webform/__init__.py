"""The operations of finAPI Web Form 2.0, and the form's own steps."""
