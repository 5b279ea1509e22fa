"""What operators ask of a running portal: health, figures, and the doctor."""
