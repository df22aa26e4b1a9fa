//go:build linux && cgo

package ocihooks

import (
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// header returns the library's header without its comments.
func header(t *testing.T) string {
	content, err := os.ReadFile("../../include/ocihooks.h")
	must(t, err)
	return regexp.MustCompile(`(?s)/\*.*?\*/|//[^\n]*`).ReplaceAllString(string(content), "")
}

// sources returns all compiled sources of the package without Go comments.
func sources(t *testing.T) string {
	var all string
	for _, pattern := range []string{"*.go", "*.c"} {
		files, err := filepath.Glob(pattern)
		must(t, err)
		for _, file := range files {
			if matched, _ := filepath.Match("*_test.go", file); matched {
				continue
			}
			content, err := os.ReadFile(file)
			must(t, err)
			all += regexp.MustCompile(`(?m)^\s*//.*$`).ReplaceAllString(string(content), "")
		}
	}
	return all
}

func TestEveryFunctionOfTheHeaderIsBound(t *testing.T) {
	all := sources(t)
	functions := regexp.MustCompile(`\b(ocihooks_\w+)\(`).FindAllStringSubmatch(header(t), -1)
	if len(functions) < 60 {
		t.Fatalf("the header seems to have %d functions only", len(functions))
	}
	for _, function := range functions {
		if !regexp.MustCompile(`\b` + function[1] + `\(`).MatchString(all) {
			t.Errorf("%s is not called anywhere", function[1])
		}
	}
}

// constants are the header's numbers in this package.
func constants() map[string]int {
	return map[string]int{
		"OK":                                 int(OK),
		"ERR_INVALID_ARGUMENT":               int(ErrInvalidArgument),
		"ERR_INVALID_JSON":                   int(ErrInvalidJSON),
		"ERR_INVALID_HOOKS":                  int(ErrInvalidHooks),
		"ERR_INVALID_STATE":                  int(ErrInvalidState),
		"ERR_UNKNOWN_PHASE":                  int(ErrUnknownPhase),
		"ERR_SPAWN":                          int(ErrSpawn),
		"ERR_EXIT":                           int(ErrExit),
		"ERR_SIGNAL":                         int(ErrSignal),
		"ERR_TIMEOUT":                        int(ErrTimeout),
		"ERR_CALLBACK":                       int(ErrCallback),
		"ERR_CANCELED":                       int(ErrCanceled),
		"ERR_SYSTEM":                         int(ErrSystem),
		"ERR_INTERNAL":                       int(ErrInternal),
		"ERR_LOST":                           int(ErrLost),
		"ERR_STOPPED":                        int(ErrStopped),
		"ERR_INVALID_CONFIG":                 int(ErrInvalidConfig),
		"ERR_INVALID_FILES":                  int(ErrInvalidFiles),
		"ERR_INVALID_OUTPUT":                 int(ErrInvalidOutput),
		"OUTCOME_EXITED":                     int(OutcomeExited),
		"OUTCOME_SIGNALED":                   int(OutcomeSignaled),
		"OUTCOME_TIMED_OUT":                  int(OutcomeTimedOut),
		"OUTCOME_SPAWN_FAILED":               int(OutcomeSpawnFailed),
		"OUTCOME_CANCELED":                   int(OutcomeCanceled),
		"OUTCOME_CALLBACK":                   int(OutcomeCallback),
		"OUTCOME_SKIPPED":                    int(OutcomeSkipped),
		"OUTCOME_LOST":                       int(OutcomeLost),
		"OUTCOME_STOPPED":                    int(OutcomeStopped),
		"OUTCOME_INVALID":                    int(OutcomeInvalid),
		"DOCUMENT_HOOKS":                     int(DocumentHooks),
		"DOCUMENT_CONFIG":                    int(DocumentConfig),
		"DOCUMENT_LIBCONTAINER":              int(DocumentLibcontainer),
		"READ_LENIENT":                       int(ReadLenient),
		"STATE_CHECK_SPEC":                   int(StateCheckSpec),
		"STATE_CHECK_JSON":                   int(StateCheckJSON),
		"STATE_CHECK_OFF":                    int(StateCheckOff),
		"WARNING_STATE":                      int(WarningState),
		"WARNING_HOOK_FAILED":                int(WarningHookFailed),
		"WARNING_LEFT_BEHIND":                int(WarningLeftBehind),
		"WARNING_CONTINUED":                  int(WarningContinued),
		"WARNING_OUTPUT":                     int(WarningOutput),
		"WARNING_STEP_SKIPPED":               int(WarningStepSkipped),
		"KIND_COMMAND":                       int(KindCommand),
		"KIND_CALLBACK":                      int(KindCallback),
		"STDOUT":                             int(Stdout),
		"STDERR":                             int(Stderr),
		"NAMESPACE_RUNTIME":                  int(NamespaceRuntime),
		"NAMESPACE_CONTAINER":                int(NamespaceContainer),
		"FAILURE_POLICY_SPEC":                int(PolicySpec),
		"FAILURE_POLICY_SPEC_BEFORE_1_3":     int(PolicySpecBefore13),
		"FAILURE_POLICY_FAIL_FAST":           int(PolicyFailFast),
		"FAILURE_POLICY_KEEP_GOING":          int(PolicyKeepGoing),
		"PROCESS_GROUP_AUTO":                 int(ProcessGroupAuto),
		"PROCESS_GROUP_OWN":                  int(ProcessGroupOwn),
		"PROCESS_GROUP_CALLER":               int(ProcessGroupCaller),
		"PROCESS_GROUP_SESSION":              int(ProcessGroupSession),
		"EVENT_BEFORE":                       int(EventBefore),
		"EVENT_AFTER":                        int(EventAfter),
		"SEVERITY_ERROR":                     int(SeverityError),
		"SEVERITY_WARNING":                   int(SeverityWarning),
		"SEVERITY_NOTE":                      int(SeverityNote),
		"DOCUMENT_HOOK_FILE":                 int(DocumentHookFile),
		"DOCUMENT_CDI":                       int(DocumentCDI),
		"OUTPUT_CAPTURE":                     0, // in Go each of these is an option instead of a number
		"OUTPUT_DISCARD":                     1,
		"OUTPUT_INHERIT":                     2,
		"OUTPUT_MEMORY":                      3,
		"ENVIRONMENT_INHERIT":                0,
		"ENVIRONMENT_INHERIT_WITHOUT_LOADER": 1,
		"ENVIRONMENT_LIST":                   2,
	}
}

func TestEveryConstantOfTheHeaderIsHere(t *testing.T) {
	here, all := constants(), sources(t)
	found := regexp.MustCompile(`\bOCIHOOKS_(\w+) = (-?\d+)`).FindAllStringSubmatch(header(t), -1)
	for _, constant := range found {
		value, known := here[constant[1]]
		if !known {
			t.Errorf("%s is not known here", constant[0])
		} else if strconv.Itoa(value) != constant[2] {
			t.Errorf("%s is %d here", constant[0], value)
		}
		if !regexp.MustCompile(`\bC\.OCIHOOKS_` + constant[1] + `\b`).MatchString(all) {
			t.Errorf("%s is not used anywhere", constant[0])
		}
	}
	equal(t, "the number of constants", len(found), len(here))
}

// The compiler compares the package's numbers with the header's. These are the numbers of every header so far.
func TestEveryConstantIsWhatItHasAlwaysBeen(t *testing.T) {
	content, err := os.ReadFile("../../verify/abi/numbers.h")
	must(t, err)
	here := constants()
	found := regexp.MustCompile(`(?m)^NUMBER\(\w+, OCIHOOKS_(\w+), (-?\d+)\)$`).FindAllStringSubmatch(string(content), -1)
	for _, constant := range found {
		if value, known := here[constant[1]]; !known || strconv.Itoa(value) != constant[2] {
			t.Errorf("%s is %d here", constant[0], value)
		}
	}
	equal(t, "the number of constants", len(found), len(here))
}

func TestEveryCodeHasATextOfItsOwn(t *testing.T) {
	seen := map[string]Code{}
	for code := ErrInvalidOutput; code <= OK; code++ {
		if other, twice := seen[code.Error()]; twice {
			t.Errorf("%d and %d are both %q", code, other, code)
		}
		seen[code.Error()] = code
	}
	equal(t, "no code", Code(-99).Error(), "unknown error code")
}

func TestPhases(t *testing.T) {
	all := []Phase{Prestart, CreateRuntime, CreateContainer, StartContainer, Poststart, Poststop}
	for i, phase := range Phases() {
		equal(t, "a phase", phase, all[i])
	}
	equal(t, "the number of phases", len(Phases()), len(all))

	namespace, err := CreateRuntime.Namespace()
	must(t, err)
	equal(t, "createRuntime's", namespace, NamespaceRuntime)
	namespace, err = StartContainer.Namespace()
	must(t, err)
	equal(t, "startContainer's", namespace, NamespaceContainer)
	_, err = Phase("nonsense").Namespace()
	wants(t, err, ErrUnknownPhase)
	if !strings.Contains(err.Error(), `"nonsense"`) {
		t.Errorf("the phase is not named: %v", err)
	}
	_, err = Phase("a\x00b").Namespace()
	wants(t, err, ErrInvalidArgument)
}

func TestVersion(t *testing.T) {
	if !regexp.MustCompile(`^\d+\.\d+\.\d+$`).MatchString(Version()) {
		t.Errorf("the version is %q", Version())
	}
}
