package config

import "slices"

// FargateMemory returns the memory sizes in MiB that Fargate offers with cpu
// units of CPU on Linux, smallest first, or nil when it offers no such CPU size
// (docs.aws.amazon.com/AmazonECS/latest/developerguide/task-cpu-memory-error.html).
func FargateMemory(cpu int) []int {
	switch cpu {
	case 256:
		return []int{512, 1024, 2048}
	case 512:
		return steps(1024, 4096, 1024)
	case 1024:
		return steps(2048, 8192, 1024)
	case 2048:
		return steps(4096, 16384, 1024)
	case 4096:
		return steps(8192, 30720, 1024)
	case 8192:
		return steps(16384, 61440, 4096)
	case 16384:
		return steps(32768, 122880, 8192)
	}
	return nil
}

// FargateCPU returns the CPU sizes that Fargate offers, in units of 1/1024 vCPU.
func FargateCPU() []int {
	return []int{256, 512, 1024, 2048, 4096, 8192, 16384}
}

// fargateOffers reports whether Fargate offers the pair.
func fargateOffers(cpu, memory int) bool {
	return slices.Contains(FargateMemory(cpu), memory)
}

func steps(from, to, by int) []int {
	var out []int
	for v := from; v <= to; v += by {
		out = append(out, v)
	}
	return out
}
