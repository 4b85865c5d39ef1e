package store_test

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	bolt "go.etcd.io/bbolt"

	"cellworks/pkg/simcloud/internal/store"
)

func open(t *testing.T, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func put(t *testing.T, s *store.Store, objects ...*store.Object) {
	t.Helper()
	if err := s.Update(func(tx *store.Tx) error {
		for _, o := range objects {
			tx.Put(o)
		}
		return nil
	}); err != nil {
		t.Fatal(err)
	}
}

func view(t *testing.T, s *store.Store, fn func(tx *store.Tx)) {
	t.Helper()
	if err := s.View(func(tx *store.Tx) error { fn(tx); return nil }); err != nil {
		t.Fatal(err)
	}
}

func TestObjectsAndIndexesComeAndGoTogether(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	o := sample(1)
	vpc := o.Refs[0]
	put(t, s, o)
	view(t, s, func(tx *store.Tx) {
		if diff := cmp.Diff(o, tx.Get(o.Key)); diff != "" {
			t.Errorf("get (-put +got):\n%s", diff)
		}
		for name, keys := range map[string][]store.Key{
			"referrers": tx.Referrers(vpc, ""), "referrers of the type": tx.Referrers(vpc, o.Type), "by id": tx.ByID(o.ID),
			"in the stack": tx.InStack("cell", "cell-0"), "named": tx.Named("name/"),
		} {
			if diff := cmp.Diff([]store.Key{o.Key}, keys); diff != "" {
				t.Errorf("%s:\n%s", name, diff)
			}
		}
		if len(tx.Referrers(vpc, "aws:ec2/subnet")) != 0 || len(tx.InStack("cell", "cell-")) != 0 {
			t.Error("a prefix of a type or stack finds objects")
		}
		if tx.CountReferrers(vpc, o.Type) != 1 || tx.Tally(o.Type, o.Account, o.Region) != 1 {
			t.Error("the counters do not count the object")
		}
	})
	moved := sample(1)
	moved.Refs, moved.Names, moved.URN = nil, nil, ""
	put(t, s, moved)
	view(t, s, func(tx *store.Tx) {
		if len(tx.Referrers(vpc, ""))+len(tx.Named("name/"))+len(tx.InStack("cell", ""))+tx.CountReferrers(vpc, o.Type) != 0 {
			t.Error("entries of an earlier version are left")
		}
	})
	if err := s.Update(func(tx *store.Tx) error { tx.Delete(o.Key); return nil }); err != nil {
		t.Fatal(err)
	}
	view(t, s, func(tx *store.Tx) {
		if len(tx.ByID(o.ID)) != 0 || len(tx.All()) != 0 || tx.Tally(o.Type, o.Account, o.Region) != 0 {
			t.Error("entries of a deleted object are left")
		}
	})
}

func TestAFailedUpdateLeavesNothing(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	refused := errors.New("refused")
	if err := s.Update(func(tx *store.Tx) error { tx.Put(sample(1)); tx.Next("n"); return refused }); !errors.Is(err, refused) {
		t.Fatalf("update: %v", err)
	}
	view(t, s, func(tx *store.Tx) {
		if len(tx.All()) != 0 || tx.Count("n") != 0 {
			t.Error("a failed update left something")
		}
	})
}

func TestSpansOverlapWhenTheyShareAnAddress(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	for i, span := range [][2]string{{"10", "1f"}, {"40", "4f"}} {
		o := sample(i)
		o.Span = &store.Span{Space: "vpc-1", First: span[0], Last: span[1]}
		put(t, s, o)
	}
	view(t, s, func(tx *store.Tx) {
		for span, want := range map[[2]string]bool{
			{"00", "0f"}: false, {"00", "10"}: true, {"10", "10"}: true, {"18", "19"}: true, {"1f", "3f"}: true, {"20", "3f"}: false,
			{"00", "ff"}: true, {"50", "5f"}: false, {"4f", "50"}: true,
		} {
			if _, got := tx.Overlapping(store.Span{Space: "vpc-1", First: span[0], Last: span[1]}); got != want {
				t.Errorf("%v overlaps = %v, want %v", span, got, want)
			}
			if _, got := tx.Overlapping(store.Span{Space: "vpc-", First: span[0], Last: span[1]}); got {
				t.Errorf("%v overlaps in another space", span)
			}
		}
	})
}

// TestAnUnusableStoreSaysTheWayOut breaks the file in ways that happen.
func TestAnUnusableStoreSaysTheWayOut(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(t *testing.T, path string){
		"truncated":    func(t *testing.T, path string) { truncate(t, path, 3) },
		"almost empty": func(t *testing.T, path string) { truncate(t, path, 100) },
		"not a store":  func(t *testing.T, path string) { write(t, path, 0, []byte(strings.Repeat("x", 65536))) },
		"damaged inside": func(t *testing.T, path string) {
			write(t, path, 2*int64(os.Getpagesize()), make([]byte, 64*os.Getpagesize()))
		},
		"another version": otherVersion,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			s := open(t, dir)
			for at := range 20 {
				var some []*store.Object
				for i := range 20 {
					some = append(some, sample(20*at+i))
				}
				put(t, s, some...)
			}
			spoil(t, filepath.Join(dir, "cloud.db"))
			err := s.Update(func(tx *store.Tx) error { tx.All(); tx.Put(sample(1)); return nil })
			if !errors.Is(err, store.ErrUnusable) || !strings.Contains(err.Error(), "cellctl sim reset") {
				t.Errorf("update of a spoilt store: %v, want ErrUnusable and the way out", err)
			}
			if err := store.Reset(dir); err != nil {
				t.Fatal(err)
			}
			view(t, open(t, dir), func(tx *store.Tx) {
				if len(tx.All()) != 0 {
					t.Error("objects after a reset")
				}
			})
		})
	}
}

// truncate keeps one part of so many.
func truncate(t *testing.T, path string, parts int64) {
	t.Helper()
	info, err := os.Stat(path)
	if err == nil {
		err = os.Truncate(path, info.Size()/parts)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func write(t *testing.T, path string, at int64, data []byte) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = f.Close() }()
	if _, err := f.WriteAt(data, at); err != nil {
		t.Fatal(err)
	}
}

func otherVersion(t *testing.T, path string) {
	t.Helper()
	db, err := bolt.Open(path, 0o644, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = db.Close() }()
	if err := db.Update(func(tx *bolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("version"), []byte("0")) }); err != nil {
		t.Fatal(err)
	}
}

func TestAPanicInATransactionIsTheCallers(t *testing.T) {
	t.Parallel()
	s := open(t, t.TempDir())
	defer func() {
		if p := recover(); p != "mine" {
			t.Errorf("recovered %v, want the caller's own panic", p)
		}
		put(t, s, sample(1)) // and the lock is free
	}()
	_ = s.Update(func(*store.Tx) error { panic("mine") })
}

const killedDir = "SIMCLOUD_TEST_KILLED_DIR"

// TestAKilledWriterLosesNothing kills a process that writes, and finds everything that it had reported, whole.
func TestAKilledWriterLosesNothing(t *testing.T) {
	t.Parallel()
	if dir := os.Getenv(killedDir); dir != "" {
		s := open(t, dir)
		for i := 0; ; i++ {
			put(t, s, sample(i))
			fmt.Printf("wrote %d\n", i)
		}
	}
	dir := t.TempDir()
	for round := range 3 {
		writer := exec.Command(os.Args[0], "-test.run", "^TestAKilledWriterLosesNothing$")
		writer.Env = append(os.Environ(), killedDir+"="+dir)
		out, err := writer.StdoutPipe()
		if err == nil {
			err = writer.Start()
		}
		if err != nil {
			t.Fatal(err)
		}
		last := -1
		lines := bufio.NewScanner(out)
		for lines.Scan() && last < 50+round {
			_, _ = fmt.Sscanf(lines.Text(), "wrote %d", &last)
		}
		if err := writer.Process.Kill(); err != nil {
			t.Fatal(err)
		}
		_ = writer.Wait()
		view(t, open(t, dir), func(tx *store.Tx) {
			for i := range last + 1 {
				if tx.Get(sample(i).Key) == nil {
					t.Errorf("round %d: object %d of %d is lost", round, i, last)
				}
			}
			if n := tx.Tally(sample(0).Type, sample(0).Account, sample(0).Region); n != len(tx.All()) {
				t.Errorf("round %d: %d objects, counted %d", round, len(tx.All()), n)
			}
		})
	}
}
