package config
import ("testing";"fmt";"strings")
func BenchmarkManyKeys(b *testing.B){ var s strings.Builder; for i := 0; s.Len() < 120_000; i++ { fmt.Fprintf(&s, "k%d: v\n", i) }
 d:=[]byte(s.String())
 for b.Loop() { parse(d,&source{},&collector{}) } }
