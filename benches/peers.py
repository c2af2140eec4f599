"""What is measured of Python, on the same bytes:

    python peers.py msticpy|ioc-finder FILE          CPU seconds and peak memory, as JSON
    python peers.py msticpy|ioc-finder FILE --list   what it finds, as [type, value] pairs
    python peers.py msticpy-unpack FILE              the same of unpacking a table
    python peers.py msticpy-auditd FILE              the same of reading an audit log
"""

import json
import logging
import resource
import sys
import time

FINDER_TYPES = {
    "asns": "asn",
    "bitcoin_addresses": "bitcoin",
    "cves": "cve",
    "domains": "dns",
    "email_addresses": "email",
    "ipv4s": "ipv4",
    "ipv6s": "ipv6",
    "md5s": "md5_hash",
    "sha1s": "sha1_hash",
    "sha256s": "sha256_hash",
    "sha512s": "sha512_hash",
    "urls": "url",
    "file_paths": "path",
    "registry_key_paths": "registry_key",
}


def msticpy():
    # Says at length that it cannot fetch a list of domains, then takes its own.
    logging.disable(logging.CRITICAL)
    from msticpy.transform.iocextract import IoCExtract

    extractor = IoCExtract()
    return lambda text: extractor.extract(src=text)


def ioc_finder():
    from ioc_finder import find_iocs

    def find(text):
        found = {}
        for name, values in find_iocs(text).items():
            kind = FINDER_TYPES.get(name)
            if kind == "path":
                for value in values:
                    found.setdefault("linux_path" if value.startswith(("/", "~")) else "windows_path", []).append(value)
            elif kind:
                found.setdefault(kind, []).extend(values)
        return found

    return find


def msticpy_unpack():
    logging.disable(logging.CRITICAL)
    import pandas as pd
    from msticpy.transform import base64unpack

    def unpack(text):
        lines = [json.loads(line) for line in text.split("\n") if line.endswith("}")]
        frame = pd.DataFrame(lines)
        start = time.process_time()
        found = base64unpack.unpack_df(frame, column="CommandLine")
        return found, time.process_time() - start

    return unpack


def auditd(file):
    # Prints how long it took.
    sys.stdout = sys.stderr
    from msticpy.transform.auditdextract import read_from_file

    read_from_file(file)
    start = time.process_time()
    rows = len(read_from_file(file))
    seconds = time.process_time() - start
    sys.stdout = sys.__stdout__
    return seconds, rows


def main():
    name, file, *rest = sys.argv[1:]
    if name == "msticpy-auditd":
        seconds, rows = auditd(file)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        json.dump({"seconds": seconds, "peak": peak, "result": rows}, sys.stdout)
        return
    find = {"msticpy": msticpy, "ioc-finder": ioc_finder, "msticpy-unpack": msticpy_unpack}[name]()
    with open(file, "rb") as source:
        data = source.read()
    find(data[:100_000].decode("utf-8", "replace"))
    if name == "msticpy-unpack":
        # Making the frame is no part of it.
        found, seconds = find(data.decode("utf-8"))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        json.dump({"seconds": seconds, "peak": peak, "result": len(found)}, sys.stdout)
        return
    start = time.process_time()
    found = find(data.decode("utf-8"))
    seconds = time.process_time() - start
    if rest:
        json.dump([[kind, value] for kind, values in found.items() for value in values], sys.stdout)
        return
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"seconds": seconds, "peak": peak, "result": sum(len(values) for values in found.values())}, sys.stdout)


if __name__ == "__main__":
    main()
