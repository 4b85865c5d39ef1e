package store_test

import (
	"fmt"
	"testing"
	"time"

	"cellworks/pkg/simcloud/internal/store"
)

func sample(i int) *store.Object {
	id := fmt.Sprintf("subnet-%08x", i)
	return &store.Object{
		Key: store.Key{Type: "aws:ec2/subnet:Subnet", Account: "111122223333", Region: "us-east-1", ID: id},
		URN: fmt.Sprintf("urn:pulumi:cell-%d::cell::aws:ec2/subnet:Subnet::s%d", i/40, i), Created: time.Unix(0, 0),
		Inputs:  map[string]any{"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "tags": map[string]any{"Name": id, "cell": "acme"}},
		Outputs: map[string]any{"vpcId": "vpc-1", "cidrBlock": "10.0.0.0/24", "arn": "arn:aws:ec2:us-east-1:111122223333:subnet/" + id, "tags": map[string]any{"Name": id, "cell": "acme"}, "tagsAll": map[string]any{"Name": id, "cell": "acme"}},
		Refs:    []store.Key{{Type: "aws:ec2/vpc:Vpc", Account: "111122223333", Region: "us-east-1", ID: fmt.Sprintf("vpc-%d", i/4000)}},
		Names:   []string{"name/" + id},
	}
}

// BenchmarkPutAmong times one transaction that writes and one that reads when the store holds so many objects.
func BenchmarkPutAmong(b *testing.B) {
	for _, n := range []int{400, 4000, 40000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			s, err := store.Open(b.TempDir())
			if err != nil {
				b.Fatal(err)
			}
			for at := 0; at < n; at += 4 {
				if err := s.Update(func(tx *store.Tx) error {
					for i := range 4 {
						tx.Put(sample(at + i))
					}
					return nil
				}); err != nil {
					b.Fatal(err)
				}
			}
			i := 0
			for b.Loop() {
				i++
				if err := s.Update(func(tx *store.Tx) error { tx.Put(sample(i * 7919 % n)); return nil }); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
