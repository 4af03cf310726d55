import { computed, ref } from 'vue'

export function useCounter(start: number) {
  const count = ref(start)
  const double = computed(() => count.value * 2)
  return { count, double, add: (step: number) => (count.value += step) }
}
