#!/usr/bin/perl
# SPDX-License-Identifier: GPL-2.0
#
# Usage: capture.pl >FILE
#
# A capture of two short lives over protocol 253, IPv4 and IPv6: a third ACK that
# comes late, data, a close and its last ACK; one checksum is wrong, one is left
# to a device.

use strict;
use warnings;

if (@ARGV) {
	print { $ARGV[0] =~ /^(-h|--help)$/ ? *STDOUT : *STDERR }
		"Usage: capture.pl >FILE\n";
	exit($ARGV[0] =~ /^(-h|--help)$/ ? 0 : 2);
}
my ($FIN, $SYN, $RST, $PSH, $ACK) = (1, 2, 4, 8, 16);
my $number = 0;

sub sum {
	my ($sum, $octets) = (0, @_);

	$octets .= "\0" if length($octets) % 2;
	$sum += $_ for unpack 'n*', $octets;
	$sum = ($sum & 0xffff) + ($sum >> 16) while $sum > 0xffff;
	return $sum;
}

sub segment {
	my ($v6, $back, $flags, $seq, $ack, $data, $check) = @_;
	my @ends = $v6 ? ("\xfd" . "\0" x 14 . "\1", "\xfd" . "\0" x 14 . "\2") :
		(pack('C4', 10, 0, 0, 1), pack('C4', 10, 0, 0, 2));
	my @ports = (40000, 80);
	my ($from, $to) = $back ? (1, 0) : (0, 1);
	my ($head, $body, $pseudo);

	$body = pack 'nnNNCCnnna*', $ports[$from], $ports[$to], $seq, $ack, 0x50,
		$flags, 65535, 0, 0, $data;
	$pseudo = $ends[$from] . $ends[$to] .
		($v6 ? pack('NN', length $body, 253) : pack('nn', 253, length $body));
	$check = $check eq 'good' ? 0xffff - sum($pseudo . $body) :
		$check eq 'partial' ? sum($pseudo) : 0x1234;
	substr $body, 16, 2, pack 'n', $check;
	if ($v6) {
		$head = pack('NnCC', 0x60000000, length $body, 253, 64) .
			$ends[$from] . $ends[$to];
	} else {
		$head = pack('CCnnnCCn', 0x45, 0, 20 + length $body, 0, 0x4000, 64,
			253, 0) . $ends[$from] . $ends[$to];
		substr $head, 10, 2, pack 'n', 0xffff - sum($head);
	}
	print pack('VVVV', 1, 1000 * $number++, (length $head . $body) x 2), $head, $body;
}

binmode STDOUT;
print pack 'VvvlVVV', 0xa1b2c3d4, 2, 4, 0, 0, 65535, 101;
for my $v6 (0, 1) {
	segment($v6, 0, $SYN, 0xffffffff, 0, '', 'good');
	segment($v6, 1, $SYN | $ACK, 5000, 0, '', 'good');
	segment($v6, 0, $ACK, 0, 5001, '', 'partial');
	segment($v6, 1, $SYN | $ACK, 5000, 0, '', 'good');
	segment($v6, 0, $ACK, 0, 5001, '', 'good');
	segment($v6, 0, $PSH | $ACK, 0, 5001, 'hello', 'good');
	segment($v6, 1, $ACK, 5001, 5, '', 'bad');
	segment($v6, 0, $FIN | $ACK, 5, 5001, '', 'good');
	segment($v6, 1, $ACK, 5001, 6, '', 'good');
	segment($v6, 1, $FIN | $ACK, 5001, 6, '', 'good');
	segment($v6, 0, $ACK, 6, 5002, '', 'good');
	segment($v6, 1, $RST, 5002, 0, '', 'good');
}
