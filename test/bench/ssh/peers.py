"""Peers of the SSH bench: `peers.py parallel-ssh|ansible`, with what is to be done as JSON on standard input.

Prints what it took as JSON. Neither looks at host keys here.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time


def parallel_ssh(given):
    from pssh.clients import ParallelSSHClient
    from pssh.config import HostConfig

    targets = given["targets"]
    config = [HostConfig(port=each["port"]) for each in targets]
    client = ParallelSSHClient(
        [each["address"] for each in targets],
        user="root",
        pkey=given["keyFile"],
        host_config=config,
        pool_size=given["atOnce"],
        allow_agent=False,
    )
    outputs = client.run_command("true", stop_on_errors=False)
    client.join(outputs)
    return sum(each.exit_code == 0 for each in outputs)


def ansible(given):
    with tempfile.TemporaryDirectory() as folder:
        inventory = os.path.join(folder, "hosts")
        with open(inventory, "w") as file:
            for n, each in enumerate(given["targets"]):
                file.write(f"desk{n} ansible_host={each['address']} ansible_port={each['port']}\n")
        argv = ["ansible", "all", "-i", inventory, "-u", "root", "--private-key", given["keyFile"]]
        argv += ["-f", str(given["atOnce"]), "-m", "raw", "-a", "true"]
        environment = {
            **os.environ,
            "ANSIBLE_HOST_KEY_CHECKING": "False",
            "ANSIBLE_SSH_ARGS": "-o ControlMaster=no -o UserKnownHostsFile=/dev/null",
            "ANSIBLE_LOCAL_TEMP": folder,
            "HOME": folder,
        }
        said = subprocess.run(argv, env=environment, capture_output=True, text=True).stdout
        return said.count("rc=0")


def main():
    given = json.load(sys.stdin)
    began = time.monotonic()
    done = {"parallel-ssh": parallel_ssh, "ansible": ansible}[sys.argv[1]](given)
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    took = {
        "done": done,
        "seconds": time.monotonic() - began,
        "cpuSeconds": sum(each.ru_utime + each.ru_stime for each in used),
        "peakMegabytes": max(each.ru_maxrss for each in used) / 1024,
    }
    print(json.dumps(took))


main()
