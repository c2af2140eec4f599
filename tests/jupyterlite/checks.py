# Runs in the Python kernel, after the investigation: what the package for Python does beside it.
import asyncio
import datetime as dt
import io

import huntbook as hb


async def fails(code, work, says=""):
    try:
        result = work()
        if asyncio.iscoroutine(result):
            await result
    except hb.HuntbookError as error:
        assert error.code == code, (error.code, str(error))
        assert says in str(error), str(error)
        return
    raise AssertionError(f"this should fail: {says}")


# Rows, columns and parts.
rows = [{"host": "web01", "n": 1, "at": dt.datetime(2026, 3, 10, 12, 30, 0, 250001, tzinfo=dt.UTC), "userName": None}, {"host": "$x$", "n": 2**60, "at": None, "userName": "é"}]
table = await hb.Table.from_rows(rows)
assert table.rows() == rows, table.rows()
assert list(table) == rows and table[0] == rows[0] and table[-1] == rows[1]
assert table["n"] == [1, 2**60] and table[["n"]].columns == ["n"] and len(table[1:]) == 1 and len(table[::-1]) == 2
assert table.schema == {"host": "text", "n": "int64", "at": "timestamp", "userName": "text"}, table.schema
assert table.to_dict()["host"] == ["web01", "$x$"]
assert len(await hb.Table.from_rows([])) == 0
assert (await hb.Table.of({"a": [1, 2]})).rows() == [{"a": 1}, {"a": 2}]
assert table.filter({"column": "n", "gt": 5}).rows() == rows[1:]
assert table.filter({"column": "userName", "ne": None}).num_rows == 1
assert table.filter(lambda row: row["host"].startswith("web")).num_rows == 1
assert table.sort("n", descending=True)["n"] == [2**60, 1]
assert table.concat(table).num_rows == 4 and table.rename("n", "count").columns[1] == "count"
assert table.to_csv().splitlines()[0] == "host,n,at,userName"
html = table._repr_html_()
assert "<td" in html and "mathjax_ignore" in html

# Where data comes from.
assert (await hb.read(b"a,b\n1,2")).rows() == [{"a": 1, "b": 2}]
assert (await hb.read(io.StringIO("a,b\n3,4"))).rows() == [{"a": 3, "b": 4}]
with open("own.csv", "w") as file:
    file.write("t\n2026-03-10T00:00:00Z\n")
assert (await hb.read("own.csv"))["t"] == [dt.datetime(2026, 3, 10, tzinfo=dt.UTC)]
assert (await hb.extract_iocs("see hxxp://evil[.]com/p"))["Observable"][0] == "http://evil.com/p"
assert (await hb.extract_iocs([{"line": "from 203.0.113.7"}]))["SourceColumn"] == ["line"]
assert (await hb.read([{"a": 1}])).rows() == [{"a": 1}]

# What comes back.
assert (await hb.domain_parts("forums.bbc.co.uk"))["registered_domain"] == "bbc.co.uk"
assert await hb.classify_ioc("no indicator") is None
assert await hb.split_command_line("a 'b c'", "posix") == ["a", "b c"]
graph = await hb.to_graph(await hb.Table.of({"a": ["x", "y"], "b": ["y", "z"]}), "a", "b")
assert len(graph["nodes"]) == 3 and len(graph["edges"]) == 2
parts = await hb.decompose_series([1.0, 2, 3] * 8, period=3)
assert len(parts["trend"]) == 24 and abs(parts["residual"][5]) < 1e-9
tree = await hb.build_process_tree([{"Pid": 1, "Ppid": 0, "Exe": "a"}, {"Pid": 2, "Ppid": 1, "Exe": "b"}], schema={"process_id": "Pid", "parent_id": "Ppid", "process_name": "Exe"})
assert (await hb.get_process_schema(tree))["process_name"] == "Exe"
ips = await hb.describe_ips(await hb.Table.of({"ip": ["10.1.2.3"]}), networks={"my_office": ["10.1.0.0/16"]})
assert ips["Network"] == ["my_office"], ips.rows()

# What has methods: entities, what can be done with them, pipelines, settings.
address = await hb.entity("IpAddress", "203.0.113[.]7")
assert isinstance(address, hb.Entity) and (address.kind, address.Address, address.name) == ("IpAddress", "203.0.113.7", "203.0.113.7"), dir(address)
assert "ip_info" in dir(address) and any(one["name"] == "ipInfo" for one in address.pivots), address.pivots
assert (await address.ip_info())["type"] == (await hb.ip_info("203.0.113.7"))["type"]
host = await hb.entity("Host", {"HostName": "web1", "DnsDomain": "contoso.com"})
assert host.fqdn == "web1.contoso.com" and host.host_name == "web1" and host.equals(host) and not host.equals(address)
assert "<table>" in host._repr_html_() and repr(host) == "Host(web1.contoso.com)", repr(host)
alert = await hb.Entity.from_alert({"AlertName": "odd", "Entities": '[{"$id": "1", "Type": "ip", "Address": "10.0.0.1"}]'})
assert [one.Address for one in alert.Entities] == ["10.0.0.1"]
where = await hb.Table.of([{"src_ip": "203.0.113.7", "n": 1}, {"src_ip": "10.0.0.1", "n": 2}])
assert len(await where.pivot("IpAddress", column="src_ip").ip_info(join="left")) == 2
assert any(one["name"] == "ipInfo" for one in where.pivot("IpAddress", column="src_ip").list())


async def owner(text, options):
    return {"ownerName": "Kim"} if text.startswith("10.") else None


await hb.add_pivot("IpAddress", "owner", owner, description="Who has it")
assert (await where.pivot("IpAddress", column="src_ip").owner(join="inner"))["ownerName"] == ["Kim"]
flow = await hb.pipeline([{"step_type": "pd_accessor", "function": "sort", "params": {"cols": "n:desc"}}], name="newest")
assert isinstance(flow, hb.Pipeline) and flow.name == "newest"
assert (await flow.run(where))["result"]["n"] == [2, 1]
assert [one.name for one in await hb.Pipeline.from_yaml(await flow.to_yaml())] == ["newest"]
store = await hb.QueryStore.from_yaml("""
metadata: {data_environments: [LogAnalytics], data_families: [Own]}
defaults: {parameters: {table: {description: Table, type: str, default: SecurityEvent}}}
sources:
  by_host:
    description: Events of a host
    args: {query: "{table} | where Computer == '{host_name}' | where TimeGenerated >= datetime({start})"}
    parameters:
      host_name: {description: Host, type: str}
      start: {description: From, type: datetime}
""", name="own.yaml")
assert isinstance(store, hb.QueryStore) and len(store.list()) == 1 and "Events of a host" in store.help("Own.by_host")
text = store.render("Own.by_host", host_name="x' or 1==1", start=dt.datetime(2026, 3, 10))
assert "x\\' or 1==1" in text and "2026-03-10" in text, text
await fails("invalidArgument", lambda: store.render("Own.by_host", start="-1d"), "host_name")
masked = await hb.mask_table([{"user_name": "bob", "n": 1}], columns={"user_name": "account"}, seed="a long random text")
assert masked["user_name"] == [await hb.mask_text("bob", "account", seed="a long random text")] != ["bob"]
assert await hb.sql_to_kql("SELECT a FROM my_logs", tables={"my_logs": "SecurityEvent"}) == "SecurityEvent\n| project a"
settings = await hb.read_settings({"TIProviders": {"VirusTotal": {"Args": {"AuthKey": "not-to-be-shown"}, "Provider": "VirusTotal"}}}, ask=lambda question: "asked")
assert await settings.secret("VirusTotal", "AuthKey") == "not-to-be-shown"
assert "VirusTotal" in repr(settings) and "not-to-be-shown" not in repr(settings) + settings.to_json()
await fails("invalidArgument", lambda: hb.entity("IpAdress", "10.0.0.1"), "IpAddress")

# Queries of a service (`service` is where the test's own is), and where data can be put.
assert len((await hb.QueryStore.built_in("MSSentinel")).list()) > 150
provider = hb.QueryProvider("MSSentinel", proxy=service)
assert not hasattr(provider, "WindowsSecurity") and repr(provider) == "QueryProvider(MSSentinel, not connected)"
asked = []


async def token(asking):
    asked.append(asking["scope"])
    return "not-to-be-shown"


assert await provider.connect(workspace="ws1", auth=token, transport="proxy") is provider
assert "connected to workspace ws1" in repr(provider) and "<details>" in provider._repr_html_()
assert "WindowsSecurity" in dir(provider) and "list_host_logons" in dir(provider.WindowsSecurity)
logons = await provider.WindowsSecurity.list_host_logons(host_name="WS1", start=dt.datetime(2024, 1, 1), end="2024-01-03", split_by="1d")
assert logons["n"] == [1, 2] and "WS1" in logons["text"][0], logons.rows()
assert asked[0] == "https://api.loganalytics.io/.default" and "not-to-be-shown" not in repr(provider)
assert len(await provider.run("WindowsSecurity.list_host_logons", {"host_name": "WS1", "start": -1, "end": 0}, split_by="12h")) == 2
seen = []
assert (await provider.query("T | take 1", start="2024-01-01", end="2024-01-02", on_progress=seen.append))["n"] == [1] and seen[-1] == 1
assert "host_name: str" in provider.WindowsSecurity.list_host_logons.help()
assert "O'Neil" in provider.WindowsSecurity.list_host_logons.render(host_name="O'Neil", start=-1, end=0)
assert "WS1" in await provider.render("WindowsSecurity.list_host_logons", host_name="WS1")
assert len(await provider.list()) > 150 and len(await provider.search("logon", table="SecurityEvent")) > 3
assert [one["alias"] for one in await provider.connections()] == ["default"]
await provider.add(b"""
metadata: {data_environments: [LogAnalytics], data_families: [Own]}
sources: {mine: {description: Mine, args: {query: "T | where a == '{a}'"}, parameters: {a: {description: A, type: str}}}}
""", name="own.yaml")
assert (await provider.Own.mine(a="x"))["text"] == ["T | where a == 'x'"]
await provider.add(b"""
metadata: {data_environments: [LogAnalytics], data_families: [Own]}
sources: {few: {description: Few, args: {query: "T | take {limit}"}, parameters: {limit: {description: Most, type: int, default: 5}}}}
""", name="few.yaml")
assert (await provider.Own.few(limit=7, timeout=30))["text"] == ["T | take 7"]
assert len(await provider.run("Own.mine", a="x", limit=1)) == 1
await fails("service", lambda: provider.query("boom"), "no such table")
await fails("invalidArgument", lambda: provider.query("T", split_bye="1d"), "split_bye")
await fails("invalidArgument", lambda: provider.WindowsSecurity.list_host_logons(), "host_name")
await fails("invalidArgument", lambda: hb.QueryProvider("MSSentinal").list(), "MSSentinel")
range_ = hb.query_time(start=dt.datetime(2024, 1, 1), end=dt.datetime(2024, 1, 2))
timed = hb.QueryProvider("MSSentinel", proxy=service, query_time=range_)
await timed.connect(workspace="ws1", auth="t", transport="proxy")
assert "2024-01-01" in (await timed.WindowsSecurity.list_host_logons(host_name="WS1"))["text"][0]

local = await hb.QueryProvider("LocalData").connect(files={"a_b.csv": "n\n1\n2", "c.ndjson": b'{"n": 3}'})
assert len(await local.query("a_b.csv")) > 1 and (await local.query("c"))["n"] == [3]
assert (await (await local.connect(files=["own.csv"])).query("own"))["t"] == [dt.datetime(2026, 3, 10, tzinfo=dt.UTC)]
await fails("invalidArgument", lambda: local.query("gone"), "gone")

splunk = hb.SplunkUploader(host="splunk.example", auth={"hec_token": "not-to-be-shown"}, proxy=service)
assert await splunk.upload(table, index="hunt") == {"rows": 2, "requests": 1, "sources": [{"name": None, "rows": 2}]}
assert (await splunk.upload("own.csv"))["sources"] == [{"name": "own.csv", "rows": 1}]
try:
    await splunk.upload([{"a": "wrong"}, {"a": "b"}])
    raise AssertionError("this should fail")
except hb.HuntbookError as error:
    assert error.sent == [{"name": None, "rows": 0, "unsure": 2}] and "not-to-be-shown" not in str(error), (error.sent, str(error))
blobs = hb.AzureBlobStorage(account="contoso", auth="not-to-be-shown", proxy=service)
assert (await blobs.upload("logs", "2026/t.csv", table.select(["host", "n"])))["url"] == "https://contoso.blob.core.windows.net/logs/2026/t.csv"
file = await blobs.download("logs", "2026/t.csv")
assert file.name == "t.csv" and (await hb.read(file))["n"] == [1, 2**60]
await blobs.upload("logs", "own.csv", "own.csv")
assert await blobs.exists("logs", "own.csv") and not await blobs.exists("logs", "gone")
await fails("service", lambda: blobs.download("logs", "gone"), "The blob gone does not exist in logs")
await fails("invalidArgument", lambda: hb.LogAnalyticsUploader(rule="dcr-1").upload(table), "immutable id")

# Errors, in Python's names; columns keep theirs.
await fails("invalidArgument", lambda: hb.read(b"a\n1", on_bad_row="maybe"), "`on_bad_row`")
await fails("columnNotFound", lambda: table.filter({"column": "userNames", "eq": 1}), "`userNames`")
await fails("columnNotFound", lambda: hb.timeline(log, group_by="Nobody"), "`Nobody`")
await fails("invalidArgument", lambda: hb.timeline([{"a": 1}]), "Table")
await fails("invalidArgument", lambda: hb.read("a,b\n1,2"), "name of a file")
await fails("network", lambda: hb.read("absent.csv"), "absent.csv")
await fails("invalidArgument", lambda: hb.Table.from_columns({"a": [1], "b": []}), "different lengths")

# Progress, and stopping.
seen = []
await hb.extract_iocs(log, on_progress=seen.append)
assert seen[-1] == 1, seen
bar = hb.progress(label="Searching", max=50)
await hb.extract_iocs(log, on_progress=bar)
assert bar.value == 50, bar.value
work = asyncio.ensure_future(hb.cluster_events(log))
await asyncio.sleep(0)
work.cancel()
try:
    await work
    raise AssertionError("this should have been cancelled")
except asyncio.CancelledError:
    pass
assert (await hb.refang("evil[.]com")) == "evil.com"

# Arrow, by arro3, and Parquet.
import piplite

await piplite.install(["arro3-core", "arro3-io"])
import arro3.core
import arro3.io

given = arro3.core.Table.from_arrow(log.head(3))
assert given.num_rows == 3 and given.column_names == log.columns
assert (await hb.Table.of(given)).rows() == log.rows(0, 3)
assert (await hb.Table.of(log.head(3).to_arrow())).rows() == log.rows(0, 3)
assert len(await hb.extract_iocs(given, columns=["CommandLine"])) == len(await hb.extract_iocs(log.head(3), columns=["CommandLine"]))
arro3.io.write_parquet(given, "own.parquet")
assert (await hb.read("own.parquet")).rows() == log.rows(0, 3)

# A graph that is changed, several tables, and what a chart draws.
graph = hb.entity_graph(await hb.Table.of({"a": ["x"], "b": ["y"]}), source="a", target="b")
graph.add_note("seen before", attached_to="x", time=dt.datetime(2026, 3, 10))
assert "seen before" in graph.to_table()["Name"], graph.to_table().rows()
await fails("invalidArgument", lambda: graph.remove_node("nobody"))
both = hb.timeline({"risky": risky, "odd": odd}, ref_time=dt.datetime(2026, 3, 10, 13, 47))
both.value = {"start": dt.datetime(2026, 3, 10, tzinfo=dt.UTC), "end": dt.datetime(2026, 3, 11, tzinfo=dt.UTC)}
assert len(both.selected()) > 0 and "risky: 24 rows" in repr(both)
