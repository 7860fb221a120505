"""Run the double beside the product: `python -m tests.doubles.stripe --port 12111`.

Then start the product with STRIPE_API_BASE=http://127.0.0.1:12111, STRIPE_API_KEY=sk_test_double
and STRIPE_WEBHOOK_SECRET=whsec_double.
"""

import argparse
import queue
import threading

from tests.doubles.stripe.delivery import post_to, signed
from tests.doubles.stripe.server import Server
from tests.doubles.stripe.shapes import Thing
from tests.doubles.stripe.world import World


def main() -> None:
    """Serve until interrupted, and deliver every event once, in order."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=12111)
    parser.add_argument("--webhook", default="http://127.0.0.1:8000/webhooks/stripe")
    parser.add_argument("--secret", default="whsec_double")
    options = parser.parse_args()
    world, waiting = World(), queue.Queue[Thing]()
    world.listeners.append(waiting.put)

    def deliver() -> None:
        post = post_to(options.webhook)
        while True:
            sent = signed(waiting.get(), options.secret)
            status = post(sent.body, sent.signature)
            print(f"{sent.event_id} {status}", flush=True)

    threading.Thread(target=deliver, daemon=True).start()
    with Server(world, options.port) as server:
        print(f"Stripe's double listens on {server.base}", flush=True)
        server.serve_forever()


if __name__ == "__main__":
    main()
