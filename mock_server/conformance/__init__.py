"""Does a server speak finAPI? The contract and a journey, against anything that claims to."""
