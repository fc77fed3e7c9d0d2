"""sys.exit with a status."""
import sys

print("leaving")
sys.exit(3)
