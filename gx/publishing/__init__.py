"""Publishing: the pages and the stored results on a bucket, and back."""
