"""Which fields an Argo manifest may have, and of what kind they are.

Each line is a type with its fields. After a colon stands what a field holds: a type, `[type]` for a list, `*type` for a
mapping of names to it, `text`, `[text]`, `map` or `list`; nothing means anything. Types that are not listed are not
looked into.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from yamlflow.argo.finding import Path

_TABLE = """
Workflow apiVersion:text kind:text metadata:ObjectMeta spec:WorkflowSpec status
WorkflowTemplate apiVersion:text kind:text metadata:ObjectMeta spec:WorkflowSpec
ClusterWorkflowTemplate apiVersion:text kind:text metadata:ObjectMeta spec:WorkflowSpec
CronWorkflow apiVersion:text kind:text metadata:ObjectMeta spec:CronWorkflowSpec status
ObjectMeta annotations:map creationTimestamp deletionGracePeriodSeconds deletionTimestamp finalizers:list \
generateName:text generation labels:map managedFields name:text namespace:text ownerReferences:list \
resourceVersion selfLink uid
CronWorkflowSpec concurrencyPolicy:text failedJobsHistoryLimit schedules:[text] startingDeadlineSeconds \
stopStrategy:map successfulJobsHistoryLimit suspend timezone:text when:text workflowMetadata:ObjectMeta \
workflowSpec:WorkflowSpec
WorkflowSpec activeDeadlineSeconds affinity archiveLogs arguments:Arguments artifactGC artifactRepositoryRef \
automountServiceAccountToken dnsConfig dnsPolicy entrypoint:text executor executorPlugins hooks:*LifecycleHook \
hostAliases hostNetwork imagePullSecrets metrics nodeSelector onExit:text parallelism podDisruptionBudget podGC \
podMetadata podPriorityClassName podResources podSpecPatch priority resourceClaims retryStrategy:RetryStrategy \
schedulerName securityContext serviceAccountName shutdown suspend synchronization:Synchronization \
templateDefaults:Template templates:[Template] tolerations ttlStrategy volumeClaimGC volumeClaimTemplates:list \
volumes:list workflowMetadata workflowTemplateRef:map
Template activeDeadlineSeconds affinity annotations archiveLocation automountServiceAccountToken \
container:Container containerSet:ContainerSet daemon dag:DAG data executor failFast hostAliases http \
initContainers:[UserContainer] inputs:Inputs memoize metadata metrics name:text nodeSelector outputs:Outputs \
parallelism pendingTimeout plugin podResources podSpecPatch priorityClassName resource resourceClaims \
retryStrategy:RetryStrategy schedulerName script:Script securityContext serviceAccountName \
sidecars:[UserContainer] steps:list suspend:Suspend synchronization:Synchronization timeout tolerations \
volumes:list
Inputs artifacts:[Artifact] parameters:[Parameter]
Outputs artifacts:[Artifact] exitCode parameters:[Parameter] result
Arguments artifacts:[Artifact] parameters:[Parameter]
Parameter default description enum:list globalName:text name:text value valueFrom:ValueFrom
ValueFrom configMapKeyRef:map default event jqFilter jsonPath expression:text parameter:text path:text supplied
Artifact archive:map archiveLogs artifactGC artifactory azure deleted from:text fromExpression:text gcs git \
globalName:text hdfs http mode name:text optional oss path:text plugin raw:Raw recurseMode s3:map subPath:text
Raw data:text
Suspend duration
Synchronization mutexes:list semaphores:list
DAG failFast target:text tasks:[Task]
Task arguments:Arguments continueOn:ContinueOn dependencies:[text] depends:text hooks:*LifecycleHook \
inline:Template name:text onExit:text template:text templateRef:TemplateRef when:text withItems:list \
withParam:text withSequence:Sequence
Step arguments:Arguments continueOn:ContinueOn hooks:*LifecycleHook inline:Template name:text onExit:text \
template:text templateRef:TemplateRef when:text withItems:list withParam:text withSequence:Sequence
TemplateRef clusterScope name:text template:text
ContinueOn error failed
Sequence count end format:text start
LifecycleHook arguments:Arguments expression:text template:text templateRef:TemplateRef
RetryStrategy affinity backoff:Backoff expression:text limit retryPolicy:text
Backoff cap duration factor maxDuration
ContainerSet containers:[ContainerNode] retryStrategy volumeMounts:list
Container args:list command:list env:[EnvVar] envFrom:list image:text imagePullPolicy:text lifecycle \
livenessProbe name:text ports readinessProbe resizePolicy resources restartPolicy restartPolicyRules \
securityContext startupProbe stdin stdinOnce terminationMessagePath terminationMessagePolicy tty volumeDevices \
volumeMounts:list workingDir:text
Script = Container source:text
ContainerNode = Container dependencies:[text]
UserContainer = Container mirrorVolumeMounts
EnvVar name:text value valueFrom:map
"""


class Field(NamedTuple):
    """What a field holds: `form` is "", "map", "list", "text" or a type's name, `many` "", "list" or "map"."""

    form: str
    many: str


_types: dict[str, dict[str, Field]] = {}


def fields_of(type_name: str) -> dict[str, Field] | None:
    """Return the fields of a type, or None when it is not looked into."""
    if not _types:
        for line in _TABLE.strip().split("\n"):
            name, *words = line.split()
            base = _types[words[1]] if words[0] == "=" else {}
            _types[name] = base | dict(map(_field, words[2:] if base else words))
    return _types.get(type_name)


def _field(word: str) -> tuple[str, Field]:
    name, _, form = word.partition(":")
    if form.startswith("["):
        return name, Field(form[1:-1], "list")
    if form.startswith("*"):
        return name, Field(form[1:], "map")
    return name, Field(form, "")


def walk(value: dict[str, Any], type_name: str, path: Path = ()) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    """Return every mapping of a known type in a manifest whose form is right, with its path and type."""
    yield path, type_name, value
    for key, field in (fields_of(type_name) or {}).items():
        item = value.get(key)
        if item is None:
            continue
        if type_name == "Template" and key == "steps":
            yield from _walk_steps(item, (*path, key))
        elif fields_of(field.form) is None:
            continue
        elif field.many == "list":
            for index, element in enumerate(item):
                yield from walk(element, field.form, (*path, key, index))
        elif field.many == "map":
            for name, element in item.items():
                yield from walk(element, field.form, (*path, key, name))
        else:
            yield from walk(item, field.form, (*path, key))


def _walk_steps(groups: list[Any], path: Path) -> Iterator[tuple[Path, str, dict[str, Any]]]:
    for number, group in enumerate(groups):
        steps, below = (group["steps"], (number, "steps")) if isinstance(group, dict) else (group, (number,))
        for index, step in enumerate(steps):
            yield from walk(step, "Step", (*path, *below, index))
