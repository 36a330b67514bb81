"""What the product knows. Loads without Qt and matplotlib."""
