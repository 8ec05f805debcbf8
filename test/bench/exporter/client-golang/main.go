// A process of `npm run bench -- exporter`: `client-golang HOSTS` serves three lines a host with Prometheus's library
// for Go. Each line on its standard input gives every host another round trip and is answered by one on its output.
package main

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

func main() {
	count, err := strconv.Atoi(os.Args[1])
	check(err)
	labels := []string{"body", "pool", "host", "vantage"}
	vec := func(name string) *prometheus.GaugeVec {
		return prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "deskbridge_" + name, Help: name}, labels)
	}
	up, rtt := vec("host_up"), vec("host_rtt_seconds")
	transitions := prometheus.NewCounterVec(
		prometheus.CounterOpts{Name: "deskbridge_host_transitions_total", Help: "host_transitions_total"}, labels)
	registry := prometheus.NewRegistry()
	registry.MustRegister(up, rtt, transitions)
	// Kept by the host, as its documentation advises: looking labels up costs more than setting a value.
	rtts := make([]prometheus.Gauge, count)
	for index := range rtts {
		values := []string{"torino", "torino/office", fmt.Sprintf("torino-office-%06d", index), "hub"}
		up.WithLabelValues(values...).Set(1)
		transitions.WithLabelValues(values...).Add(0)
		rtts[index] = rtt.WithLabelValues(values...)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	check(err)
	http.Handle("/metrics", promhttp.HandlerFor(registry, promhttp.HandlerOpts{}))
	go func() { check(http.Serve(listener, nil)) }()
	fmt.Println(listener.Addr().(*net.TCPAddr).Port)
	input := bufio.NewScanner(os.Stdin)
	for round := 1; input.Scan(); round++ {
		for index, gauge := range rtts {
			gauge.Set(float64(100+(index*7919+round*104729)%9900) / 1e6)
		}
		fmt.Println("changed")
	}
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}
