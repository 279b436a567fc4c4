import sys

# Byte code is kept, whatever the environment says: else each process of the tests, and each that they start, compiles
# the whole bot anew, and each process of the tests rewrites the assertions of all of them.
sys.dont_write_bytecode = False
