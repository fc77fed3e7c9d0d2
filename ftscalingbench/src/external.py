"""Runs workloads for ftscalingbench on the Python that runs this file.

Requests are read from standard input and answered on standard output, one JSON object a line:

    (at start)                                             {"version": str}
    {"prepare": name, "source": str, "threads": n, "warm": loops}   {"ready": true}
    {"round": n, "loops": loops}                           {"spans": [[start, end], ...]}    nanoseconds of one clock

An exception is answered by {"error": traceback}. A process prepares one workload.
"""

import json
import queue
import sys
import threading
import time
import traceback


class Worker(threading.Thread):
    """A thread that waits for rounds; answers are [start, end], or the text of a traceback."""

    def __init__(self, run):
        super().__init__(daemon=True)
        self.run_workload = run
        self.requests = queue.Queue()
        self.answers = queue.Queue()
        self.start()

    def run(self):
        while True:
            barrier, loops = self.requests.get()
            barrier.wait()
            try:
                start = time.perf_counter_ns()
                self.run_workload(loops)
                self.answers.put([start, time.perf_counter_ns()])
            except BaseException:
                self.answers.put(traceback.format_exc())


def load(name, source):
    module = type(sys)(name)
    sys.modules[name] = module
    exec(compile(source, name + ".py", "exec"), module.__dict__)
    return module


def run_round(workers, loops):
    barrier = threading.Barrier(len(workers))
    for worker in workers:
        worker.requests.put((barrier, loops))
    answers = [worker.answers.get() for worker in workers]
    for answer in answers:
        if isinstance(answer, str):
            return {"error": answer}
    return {"spans": answers}


def main():
    replies, sys.stdout = sys.stdout, sys.stderr  # what a workload prints must not look like an answer
    workers = []

    def answer(request):
        if "prepare" in request:
            module = load(request["prepare"], request["source"])
            workers.extend(Worker(module.run) for _ in range(request["threads"]))
            warmed = run_round(workers, request["warm"])
            return warmed if "error" in warmed else {"ready": True}
        return run_round(workers[: request["round"]], request["loops"])

    def reply(value):
        replies.write(json.dumps(value) + "\n")
        replies.flush()

    reply({"version": sys.implementation.name + " " + ".".join(map(str, sys.version_info[:3]))})
    for line in sys.stdin:
        try:
            reply(answer(json.loads(line)))
        except Exception:
            reply({"error": traceback.format_exc()})


main()
