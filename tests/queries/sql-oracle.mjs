// What SQL becomes in KQL, by the place in msticpy's answers (oracle/sql_to_kql.json, msticpy 3.0.2): why ours differs, and
// ours. What has no row is the same.
export const ORACLE = [
  [0, "`not(…)` without the blank before it", String.raw`SecurityEvent
| where not(EventID == 1)`],
  [3, "LIKE is about all of the text, in any case, and its dots are dots", String.raw`SecurityEvent
| where Message matches regex '(?is)^err.*or.test$'`],
  [4, "aggregates are no values of a row; names differ", String.raw`SecurityEvent
| summarize max_EventID = max(EventID), min_EventID = min(EventID), avg_EventID = avg(EventID), sum_EventID = sum(EventID)`],
  [5, "`concat` is no operator; KQL counts from 0, SQL from 1; names differ", String.raw`SecurityEvent
| project upper_Message = toupper(Message), lower_Message = tolower(Message), concat_Message = strcat(Message, Channel), substring_Message = substring(Message, 0, 10), length_Message = strlen(Message)`],
  [6, "no brackets that nobody needs", String.raw`SecurityEvent
| where EventID > 10
    and EventID < 100
    and EventID >= 5
    and EventID <= 200
    and EventID != 50`],
  [7, "names are the same each time", String.raw`SecurityEvent
| project Column1 = EventID * 2, Column2 = EventID / 2, Column3 = EventID % 2, Column4 = EventID - 1`],
  [8, "`any` and `count(x)` are not there, and COUNT(x) is of values that are there", String.raw`SecurityEvent
| summarize count_EventID = countif(isnotempty(EventID)) by EventID`],
  [9, "KQL sorts downwards by default, and a column that is not selected is sorted by before", String.raw`SecurityEvent
| order by EventID asc
| project Message`],
  [10, "a column that is not selected is sorted by before", String.raw`SecurityEvent
| order by EventID asc
| project Message`],
  [11, "there is no `missing` and no `exists`; a text is never null, but empty", String.raw`SecurityEvent
| where isempty(Message) or isnotempty(Channel)`],
  [12, "an error says where", "error: SQL, line 1, column 1: there is `Test` where SELECT or WITH should be; mend it, or leave it out"],
  [13, "a text makes no name", String.raw`SecurityEvent
| project Column1 = 'constant', EventID`],
  [15, "there is no kind `left`; the right table was lost; no names with tables", String.raw`SecurityEvent
| join kind=leftouter (OtherTable) on $left.EventID == $right.EventID
| project Message`],
  [16, "there is no kind `right`", String.raw`SecurityEvent
| join kind=rightouter (OtherTable) on $left.EventID == $right.EventID
| project Message`],
  [17, "there is no kind `outer`", String.raw`SecurityEvent
| join kind=fullouter (OtherTable) on $left.EventID == $right.EventID
| project Message`],
  [18, "`not matches regex` is no operator", String.raw`SecurityEvent
| where not(Message matches regex 'pattern.*')`],
  [19, "brackets only", String.raw`SecurityEvent
| project EventID
| union (
    OtherTable
    | project EventID
  )
| distinct *`],
  [20, "`iif` of Python objects", String.raw`SecurityEvent
| project Level = iff(EventID > 10, 'High', 'Low')`],
  [21, "an error says where and what to do", "error: SQL, line 1, column 48: what stands after LIKE should be a text in quotes; write it as '…'"],
  [22, "no brackets that nobody needs", String.raw`SecurityEvent
| where (EventID > 1 and EventID < 10) or (EventID > 100 and (Message contains 'error' or Message contains 'warning'))`],
  [23, "brackets only", String.raw`SecurityEvent
| project EventID
| union (
    OtherTable
    | project EventID
  )`],
  [24, "no names with tables", String.raw`SecurityEvent
| join kind=inner (
    OtherTable
    | where EventID > 10
    | project EventID
  ) on $left.EventID == $right.EventID
| project Message`],
  [25, "an error says where", "error: SQL, line 1, column 1: there is `Test` where SELECT or WITH should be; mend it, or leave it out"],
  [26, "no step that nobody needs", String.raw`SecurityEvent
| project NextID = EventID + 1, DoubleID = EventID * 2`],
  [27, "`trim` takes a pattern, and `replace` of Python objects", String.raw`SecurityEvent
| project trim_Message = trim(' +', Message), reverse_Message = reverse(Message), replace_Message = replace_string(Message, 'old', 'new')`],
  [28, "one line", String.raw`SecurityEvent
| where EventID in (OtherTable | where Channel == 'Security' | project EventID)`],
  [30, "no step that nobody needs", String.raw`apt29Host
| where Channel == 'Microsoft-Windows-Sysmon/Operational'
    and EventID between (1 .. 10)
    and tolower(ParentImage) endswith 'explorer.exe'
    and EventID in ('4', '5', '6')
    and tolower(Image) startswith '3aka3'
| distinct Message, Otherfield
| limit 10`],
  [31, "an error says where", "error: SQL, line 1, column 7: the query ends where a value should be; mend it, or leave it out"],
  [32, "SQL has no column there either: the query before does not give it", "error: SQL, line 6, column 15: there is no column `Channel`; name another (there are: EventID, ParentImage, Image, Message, Otherfield, foo)"],
  [33, "no names with tables; a backslash in a text is one", String.raw`apt29Host
| join kind=inner (
    apt29Host
    | where Channel == 'Microsoft-Windows-Sysmon/Operational'
        and EventID == 1
        and tolower(ParentImage) matches regex '.*\\â€Ž|â€|â€ª|â€«|â€¬|â€|â€®.*'
        and tolower(Image) endswith 'cmd.exe'
    | project ProcessGuid
  ) on $left.ParentProcessGuid == $right.ProcessGuid
| where (Channel == 'Microsoft-Windows-Sysmon/Operational' and EventID == 1) or tolower(Image) endswith 'powershell.exe'
| project Message`],
  [34, "SQL refuses it too: 5 and 3 columns", "error: SQL, line 6, column 13: UNION is of queries with 5 and 3 columns; select as many in both"],
  [35, "SQL has no column there either", "error: SQL, line 7, column 15: there is no column `Channel`; name another (there are: ID, ParentImage, Image, Message, ParentMessage, lower_Otherfield)"],
  [36, "`count(*)` and `any` are not there", String.raw`T
| where b startswith 'x'
| summarize c = count() by a
| order by c desc
| limit 5`],
  [37, "no step that nobody needs", String.raw`T
| where x in (1, 2)
    and y between (1 .. 3)
| distinct a, b`],
  [38, "no names with tables", String.raw`A
| join kind=inner (B) on $left.id == $right.id
| where t > 5`],
  [39, "`not_like` and `missing` are not there", String.raw`T
| where a !contains 'bad' or isempty(a)
| project a`],
  [40, "brackets only", String.raw`T
| project a
| union (
    U
    | project a
  )
| distinct *`],
  [41, "CASE of Python objects", String.raw`T
| project z = case(a > 1, 'x', 'y')`],
  [42, "HAVING was lost", String.raw`T
| summarize max_a = max(a), min_b = min(b), avg_c = avg(c) by d
| where max_a > 3
| project max_a, min_b, avg_c`],
];
