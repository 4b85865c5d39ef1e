package checkpoint_test

import (
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"cellworks/pkg/fleet"
	"cellworks/pkg/fleet/checkpoint"
)

var birch = fleet.Stack{Project: "cell", Name: "birch"}

// at makes a state file look as if it was written at some time.
func at(t testing.TB, store checkpoint.Store, stack fleet.Stack, when time.Time) {
	t.Helper()
	if err := os.Chtimes(store.Path(stack), when, when); err != nil {
		t.Fatal(err)
	}
}

func states(t testing.TB, store checkpoint.Store) fleet.States {
	t.Helper()
	all, err := store.States()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// spoil makes a state file unreadable without touching what the index knows it by.
func spoil(t *testing.T, store checkpoint.Store, stack fleet.Stack, when time.Time) {
	t.Helper()
	info, err := os.Stat(store.Path(stack))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(store.Path(stack), make([]byte, info.Size()), 0o600); err != nil {
		t.Fatal(err)
	}
	at(t, store, stack, when)
}

func TestAnUnchangedStateIsNotReadAgain(t *testing.T) {
	t.Parallel()
	dir, long := t.TempDir(), time.Now().Add(-time.Hour)
	write(t, dir, birch, resources()[:1], nil)
	path := filepath.Join(t.TempDir(), "index.json")
	store := write(t, dir, acme, resources(), nil).Indexed(path)
	at(t, store, acme, long)
	at(t, store, birch, long)
	first := states(t, store)
	if !reflect.DeepEqual(first, states(t, checkpoint.Open(dir))) {
		t.Fatal("an index changes what is read the first time")
	}
	spoil(t, store, acme, long)
	if again := states(t, store); !reflect.DeepEqual(again, first) {
		t.Errorf("got %+v from the index, want %+v", again, first)
	}
	if _, err := checkpoint.Open(dir).States(); err == nil {
		t.Error("the state is still readable, so nothing was shown")
	}
}

func TestAChangedStateIsReadAgain(t *testing.T) {
	t.Parallel()
	long := time.Now().Add(-time.Hour)
	for name, change := range map[string]func(*testing.T, string, checkpoint.Store){
		"another size": func(t *testing.T, dir string, store checkpoint.Store) {
			write(t, dir, acme, resources()[:1], nil)
			at(t, store, acme, long)
		},
		"another time": func(t *testing.T, _ string, store checkpoint.Store) { spoil(t, store, acme, long.Add(time.Nanosecond)) },
		"an older time": func(t *testing.T, _ string, store checkpoint.Store) {
			spoil(t, store, acme, long.Add(-time.Second))
		},
		"gone": func(t *testing.T, _ string, store checkpoint.Store) {
			if err := os.Remove(store.Path(acme)); err != nil {
				t.Fatal(err)
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			store := write(t, dir, acme, resources(), nil).Indexed(filepath.Join(t.TempDir(), "index.json"))
			at(t, store, acme, long)
			first := states(t, store)
			change(t, dir, store)
			got, err := store.States()
			want, wantErr := checkpoint.Open(dir).States()
			if !reflect.DeepEqual(got, want) || (err == nil) != (wantErr == nil) {
				t.Errorf("got %+v, %v; without an index %+v, %v", got, err, want, wantErr)
			}
			if reflect.DeepEqual(got, first) {
				t.Error("nothing has changed, so nothing was shown")
			}
		})
	}
}

// A file may be written again within the same tick of the clock.
func TestAFreshStateIsNotRemembered(t *testing.T) {
	t.Parallel()
	now := time.Now().Add(time.Minute)
	store := write(t, t.TempDir(), acme, resources(), nil).Indexed(filepath.Join(t.TempDir(), "index.json"))
	at(t, store, acme, now)
	states(t, store)
	spoil(t, store, acme, now)
	if got, err := store.States(); err == nil {
		t.Errorf("got %+v of a state that may have changed", got)
	}
}

func TestAnIndexThatIsOfNoUse(t *testing.T) {
	t.Parallel()
	long := time.Now().Add(-time.Hour)
	other := filepath.Join(t.TempDir(), "index.json")
	elsewhere := write(t, t.TempDir(), acme, resources()[:1], nil).Indexed(other)
	at(t, elsewhere, acme, long)
	states(t, elsewhere)
	folder := t.TempDir()
	for name, path := range map[string]string{
		"of another store":       other,
		"a folder":               folder,
		"in no folder":           filepath.Join(folder, "none", "index.json"),
		"no index":               written(t, "{"),
		"of another version":     written(t, `{"version":0,"entries":[{"stack":{"Project":"cell","Name":"acme"}}]}`),
		"with what is no longer": written(t, `{"version":3,"dir":"","entries":[null]}`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			store := write(t, dir, acme, resources(), nil).Indexed(path)
			at(t, store, acme, long)
			if got, want := states(t, store), states(t, checkpoint.Open(dir)); !reflect.DeepEqual(got, want) {
				t.Errorf("got %+v, want %+v", got, want)
			}
			if left, _ := filepath.Glob(path + ".*"); len(left) > 0 {
				t.Errorf("%v are left", left)
			}
		})
	}
}

func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "index.json")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
