"""What is measured of Python, on the same bytes:

    python peers.py msticpy|ioc-finder FILE          CPU seconds and peak memory, as JSON
    python peers.py msticpy-process-tree FILE        the same for building a tree of a CSV file
    python peers.py msticpy|ioc-finder FILE --list   what it finds, as [type, value] pairs
    python peers.py msticpy-unpack FILE              the same of unpacking a table
    python peers.py msticpy-auditd FILE              the same of reading an audit log
    python peers.py sklearn-KIND|dbscan-KIND FILE    the same of DBSCAN of a CSV file of numbers
    python peers.py msticpy-polling FILE             the same of finding pairs that poll in a CSV file
    python peers.py statsmodels-stl FILE             the same of a series of floats; also -stl-robust, -mstl
    python peers.py msticpy-sessionize FILE          the same of parting events into sessions
    python peers.py msticpy-sequences[-values] FILE  the same of training a model and scoring sessions
    python peers.py sklearn-isolation[-1000] FILE    the same of an isolation forest, with the first scores
    python peers.py rrcf FILE                        the same of a robust random cut forest
    python peers.py pandas-answer FILE               the same of an answer of Log Analytics to a DataFrame
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


def measured(run, count, out=sys.stdout):
    start = time.process_time()
    result = run()
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    json.dump({"seconds": seconds, "peak": peak, "result": count(result)}, out)


def process_tree(file):
    logging.disable(logging.CRITICAL)
    import pandas as pd
    from msticpy.transform.proc_tree_builder import build_process_tree

    processes = pd.read_csv(file, parse_dates=["TimeGenerated"])
    build_process_tree(processes.head(100))
    measured(lambda: build_process_tree(processes), len)


def unpack(file):
    logging.disable(logging.CRITICAL)
    import pandas as pd
    from msticpy.transform import base64unpack

    frame = pd.read_json(file, lines=True)
    base64unpack.unpack_df(frame.head(10), column="CommandLine")
    measured(lambda: base64unpack.unpack_df(frame, column="CommandLine"), len)


def auditd(file):
    from msticpy.transform.auditdextract import read_from_file

    # It prints how long it took.
    out, sys.stdout = sys.stdout, sys.stderr
    read_from_file(file)
    measured(lambda: read_from_file(file), len, out)


# As in cluster.mjs: eps, min_samples.
DBSCAN_OPTIONS = {"blobs": (1.0, 5), "wide": (1.5, 5), "processes": (1e-4, 2)}


def dbscan(name, file):
    import zlib

    import pandas as pd

    library, kind = name.split("-")
    eps, min_samples = DBSCAN_OPTIONS[kind]
    values = pd.read_csv(file).to_numpy(dtype="float64")
    if library == "sklearn":
        from sklearn.cluster import DBSCAN
        from sklearn.preprocessing import Normalizer

        def labels(values):
            values = Normalizer().fit_transform(values) if kind == "processes" else values
            return DBSCAN(eps=eps, min_samples=min_samples).fit(values).labels_

    else:
        import numpy as np
        from dbscan import DBSCAN

        def labels(values):
            if kind == "processes":
                values = values / np.linalg.norm(values, axis=1, keepdims=True)
            return DBSCAN(values, eps=eps, min_samples=min_samples)[0]

    labels(values[:1000])
    measured(lambda: labels(values), lambda found: zlib.crc32(",".join(map(str, found)).encode()))
def polling(file):
    logging.disable(logging.CRITICAL)
    import pandas as pd
    from msticpy.analysis.polling_detection import PeriodogramPollingDetector

    events = pd.read_csv(file, usecols=["Epoch", "SourceIp", "DestinationIp"])
    pairs = ["SourceIp", "DestinationIp"]
    PeriodogramPollingDetector(events.head(500), copy=True).detect_polling("Epoch", pairs)
    detector = PeriodogramPollingDetector(events, copy=True)
    measured(lambda: detector.detect_polling("Epoch", pairs), lambda _: len(detector.data))


def series(decompose):
    def run(file):
        import numpy as np

        values = np.fromfile(file)
        decompose(values[:1000])
        sums = lambda parts: [float(np.abs(part).sum()) for part in (parts.trend, parts.seasonal, parts.resid)]
        measured(lambda: decompose(values), sums)

    return run


def stl(robust):
    def decompose(values):
        from statsmodels.tsa.seasonal import STL

        return STL(values, period=24, seasonal=7, robust=robust).fit()

    return decompose


def mstl(values):
    from statsmodels.tsa.seasonal import MSTL

    return MSTL(values, periods=(24, 168)).fit()


def sessions_of(file, event):
    logging.disable(logging.CRITICAL)
    import warnings

    import pandas as pd
    from msticpy.analysis.anomalous_sequence import sessionize

    warnings.simplefilter("ignore")
    events = pd.read_csv(file, parse_dates=["TimeGenerated"])
    events["Command"] = list(zip(events.Operation, events.Parameters))
    return lambda: sessionize.sessionize_data(events, ["UserId", "ClientIP"], "TimeGenerated", 20, 2, event)


def msticpy_sessionize(file):
    measured(sessions_of(file, "Operation"), len)


def sequences(event):
    def run(file):
        from msticpy.analysis.anomalous_sequence.model import Model
        from msticpy.analysis.anomalous_sequence.utils.data_structures import Cmd

        sessions = sessions_of(file, event)()[event + "_list"].tolist()

        def command(operation, params):
            return Cmd(operation, {pair["Name"]: pair["Value"] for pair in json.loads(params)})

        def score():
            # Both begin with the text of the parameters.
            with_params = event == "Command"
            commands = [[command(*pair) for pair in session] for session in sessions] if with_params else sessions
            model = Model(sessions=commands)
            model.train()
            # Likelihoods, geometric means and the rarest windows of 2 and 3, as huntbook.
            model.compute_scores(use_start_end_tokens=True)
            return model

        out, sys.stdout = sys.stdout, sys.stderr
        measured(score, lambda model: len(model.session_likelihoods), out)

    return run


def isolation(trees):
    def run(file):
        import numpy as np
        from sklearn.ensemble import IsolationForest

        rows = np.loadtxt(file, delimiter=",", skiprows=1)

        def score():
            forest = IsolationForest(n_estimators=trees, max_samples=256, contamination=0.05, random_state=42)
            forest.fit(rows)
            return -forest.score_samples(rows)

        score()
        measured(score, lambda scores: scores[:1000].tolist())

    return run


def random_cut(file):
    import numpy as np
    import rrcf

    rows = np.loadtxt(file, delimiter=",", skiprows=1)
    rows = rows / rows.std(axis=0)

    def score():
        scores = np.zeros(len(rows))
        for seed in range(100):
            tree = rrcf.RCTree(random_state=seed)
            for index, row in enumerate(rows):
                if index >= 256:
                    tree.forget_point(index - 256)
                tree.insert_point(row, index=index)
                scores[index] += tree.codisp(index) / 100
        return scores

    measured(score, lambda scores: scores[:1000].tolist())


def answer(file):
    import pandas as pd

    with open(file, "rb") as source:
        data = source.read()

    def read():
        table = json.loads(data)["tables"][0]
        frame = pd.DataFrame(table["rows"], columns=[column["name"] for column in table["columns"]])
        for column in table["columns"]:
            if column["type"] == "datetime":
                frame[column["name"]] = pd.to_datetime(frame[column["name"]], utc=True)
        return frame

    measured(read, len)


def main():
    name, file, *rest = sys.argv[1:]
    whole = {
        "msticpy-process-tree": process_tree,
        "msticpy-auditd": auditd,
        "msticpy-unpack": unpack,
        "msticpy-polling": polling,
        "msticpy-sessionize": msticpy_sessionize,
        "msticpy-sequences": sequences("Operation"),
        "msticpy-sequences-values": sequences("Command"),
        "statsmodels-stl": series(stl(False)),
        "statsmodels-stl-robust": series(stl(True)),
        "statsmodels-mstl": series(mstl),
        "sklearn-isolation": isolation(100),
        "sklearn-isolation-1000": isolation(1000),
        "rrcf": random_cut,
        "pandas-answer": answer,
    }
    if name in whole:
        whole[name](file)
        return
    if name.startswith(("sklearn-", "dbscan-")):
        dbscan(name, file)
        return
    find = {"msticpy": msticpy, "ioc-finder": ioc_finder}[name]()
    with open(file, "rb") as source:
        data = source.read()
    find(data[:100_000].decode("utf-8", "replace"))
    if rest:
        found = find(data.decode("utf-8"))
        json.dump([[kind, value] for kind, values in found.items() for value in values], sys.stdout)
        return
    measured(lambda: find(data.decode("utf-8")), lambda found: sum(len(values) for values in found.values()))


if __name__ == "__main__":
    main()
