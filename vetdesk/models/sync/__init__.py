"""The signed package: container, manifest, signature, reading and writing."""
