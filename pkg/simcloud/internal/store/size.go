package store

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"os"
)

// Layout of a bbolt meta page: a page header, then magic, version, page size, flags, root page and sequence, freelist
// page, high-water page, transaction id and checksum. It is part of bbolt's file format, version 2.
const (
	pageHeaderSize = 16
	metaSize       = 64
	boltMagic      = 0xED0CDAED
	offPageSize    = 8
	offHighWater   = 40
	offTransaction = 48
	offChecksum    = 56
)

// newestMeta reads the newest of the file's two meta pages: the last transaction and the least size of the file. A
// file that is shorter is refused here; bbolt would only notice by a fault.
func newestMeta(f *os.File) (newest uint64, err error) {
	var want int64
	found := false
	for _, offset := range []int64{0, int64(os.Getpagesize())} {
		meta := make([]byte, metaSize)
		if _, err := f.ReadAt(meta, offset+pageHeaderSize); err != nil {
			continue
		}
		sum := fnv.New64a()
		_, _ = sum.Write(meta[:offChecksum])
		if binary.NativeEndian.Uint32(meta) != boltMagic || binary.NativeEndian.Uint64(meta[offChecksum:]) != sum.Sum64() {
			continue
		}
		transaction := binary.NativeEndian.Uint64(meta[offTransaction:])
		if found && transaction < newest {
			continue
		}
		found, newest = true, transaction
		want = int64(binary.NativeEndian.Uint64(meta[offHighWater:])) * int64(binary.NativeEndian.Uint32(meta[offPageSize:]))
	}
	if !found {
		return 0, errors.New("not a store: no valid meta page")
	}
	info, err := f.Stat()
	if err == nil && info.Size() < want {
		err = fmt.Errorf("truncated: %d bytes, want at least %d", info.Size(), want)
	}
	return newest, err
}
