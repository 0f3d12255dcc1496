SELECT
  json_build_object('index', json_build_object(
    -- At most 512 bytes, as the server cuts it (GetDocID in temporal/common/persistence/visibility/store/elasticsearch/visibility_store.go).
    '_id', CASE
      WHEN octet_length(workflow_id) + octet_length(rtrim(run_id)) < 512 THEN workflow_id
      ELSE (
        SELECT left(workflow_id, characters)
        FROM generate_series(length(workflow_id), 0, -1) AS characters
        WHERE octet_length(left(workflow_id, characters)) + octet_length(rtrim(run_id)) < 512
        LIMIT 1
      )
    END || '~' || rtrim(run_id),
    'version', _version,
    'version_type', 'external_gte'
  )) || E'\n' || jsonb_strip_nulls(coalesce(search_attributes, '{}') || jsonb_build_object(
    'NamespaceId', rtrim(namespace_id),
    'WorkflowId', workflow_id,
    'RunId', rtrim(run_id),
    'WorkflowType', workflow_type_name,
    'StartTime', to_char(start_time, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'ExecutionTime', to_char(execution_time, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'CloseTime', to_char(close_time, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
    'ExecutionStatus', (ARRAY['Running', 'Completed', 'Failed', 'Canceled', 'Terminated', 'ContinuedAsNew', 'TimedOut', 'Paused'])[status],
    'ExecutionDuration', execution_duration,
    'HistoryLength', history_length,
    'HistorySizeBytes', history_size_bytes,
    'StateTransitionCount', state_transition_count,
    'TaskQueue', task_queue,
    'ParentWorkflowId', parent_workflow_id,
    'ParentRunId', parent_run_id,
    'RootWorkflowId', root_workflow_id,
    'RootRunId', root_run_id,
    'Memo', CASE WHEN octet_length(memo) > 0 THEN translate(encode(memo, 'base64'), E'\n', '') END,
    'MemoEncoding', CASE WHEN octet_length(memo) > 0 THEN encoding END,
    '@COPY_FIELD@', :copy
  ))::text
FROM executions_visibility;
