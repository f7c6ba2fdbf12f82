"""Handler of examples/square.yaml: squares the number of a call, and says back what is known of the call.

Reads the call as JSON from standard input, writes the answer as JSON to standard output. A number beyond a million fails, to
see what becomes of that.
"""
import json
import sys

call = json.load(sys.stdin)
number = call.pop("number")
invocation = call.pop("invocation")
if abs(number) > 1_000_000:
    sys.exit(f"{number} is too large to be squared here")
answer = {**call, f"{invocation}_invocation": "true", "square_of_your_number_is": number * number}
json.dump(answer, sys.stdout)
