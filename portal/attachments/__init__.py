"""Files that referrer and group give each other about an introduction: letters, forms, pictures of them."""
