// What there is to call, by what one looks for. In the order of the documentation's menu; each name once.
export const GROUPS = {
  "Logs and tables": ["read", "Table", "readAuditd", "readSyslog", "logonSessions", "riskySudoSessions", "hostSummary"],
  Indicators: ["extractIocs", "refang", "defang", "classifyIoc"],
  "What is encoded": ["unpackBase64"],
  "Processes and command lines": [
    "buildProcessTree", "getRoots", "getRoot", "getRootTree", "getProcess", "getParent", "getChildren", "getDescendants", "getAncestors",
    "getSiblings", "getTreeDepth", "getSummaryInfo", "getProcessSchema", "treeToText", "riskyCommandLines", "fastCommandRuns",
    "splitCommandLine", "prettyPowershell", "addProcessFeatures",
  ],
  "Names and addresses": ["checkDomains", "describeIps", "ipType", "ipInfo", "domainParts", "urlParts", "validTld"],
  "Alike and odd": ["clusterEvents", "detectOutliers", "firstSeen", "rareValues", "topValues", "entropy", "toGraph"],
  "Over time": [
    "timeSeriesAnomalies", "anomalyPeriods", "anomalyKqlFilter", "setNewAnomalyThreshold", "decomposeSeries", "detectPolling", "timeBins",
    "sessionize", "scoreSessions",
  ],
  Charts: [
    "timeline", "timelineValues", "timelineDuration", "timeSeries", "matrix", "heatmap", "clusters", "sessions", "processTree", "network",
    "entityGraph", "map", "tableView",
  ],
  "Entities and pivots": ["entity", "Entity", "addPivot", "pipeline", "Pipeline"],
  "For others to see": ["maskTable", "maskText"],
  "Queries of log stores": ["QueryStore", "QueryProvider", "sqlToKql"],
  "Where data can be put": ["AzureBlobStorage", "LogAnalyticsUploader", "SplunkUploader"],
  Widgets: ["queryTime", "lookback", "selectItem", "selectSubset", "selectAlert", "optionButtons", "getText", "progress", "fileInput", "mordorBrowser"],
  "Features of texts": ["delimCount", "delimHash", "charOrdScore", "tokenCount", "crc32"],
  "Start and errors": ["init", "readSettings", "signIn", "HuntbookError"],
};
