-- SPDX-License-Identifier: GPL-2.0
--
-- lctcp for Wireshark and tshark: IP protocol 253 as TCP.
--
-- Segments go to Wireshark's own dissector of TCP, so streams, graphs and filters
-- (tcp.*) are there. Below it stand what TCP's does not know: whether the checksum,
-- whose pseudo header has protocol 253, is right, and the segment's role as lctcp
-- names it (lctcp.role == "third-ack").
--
-- Put it into Wireshark's folder of personal Lua plugins (Help, About, Folders), or
-- once: tshark -X lua_script:lctcp.lua -r FILE.

local lctcp = Proto("lctcp", "lctcp, TCP over protocol 253")

lctcp.prefs.protocol = Pref.uint("IP protocol number", 253,
	"The module's parameter \"protocol\"")
lctcp.prefs.translate = Pref.bool("Checksum as TCP's", false,
	"Hand TCP's dissector a checksum as if the protocol were 6, for its own check")

local role = ProtoField.string("lctcp.role", "Role")
local status = ProtoField.string("lctcp.checksum.status", "Checksum status")
local wanted = ProtoField.uint16("lctcp.checksum.calculated", "Calculated checksum",
	base.HEX)
lctcp.fields = { role, status, wanted }

local bad = ProtoExpert.new("lctcp.checksum.bad", "Bad checksum",
	expert.group.CHECKSUM, expert.severity.ERROR)
local partial = ProtoExpert.new("lctcp.checksum.partial",
	"The checksum is the device's to finish", expert.group.CHECKSUM,
	expert.severity.NOTE)
lctcp.experts = { bad, partial }

local stream_of = Field.new("tcp.stream")
local ipv4_from, ipv4_to = Field.new("ip.src"), Field.new("ip.dst")
local ipv6_from, ipv6_to = Field.new("ipv6.src"), Field.new("ipv6.dst")
local tcp = Dissector.get("tcp")

-- What the roles of a stream rest on, and each frame's role once it is known: a
-- frame is dissected more than once, and not in order.
local streams, roles = {}, {}

function lctcp.init()
	streams, roles = {}, {}
end

-- In 32 bits, a <= b < a + 2^31.
local function not_after(a, b)
	return (b - a) % 4294967296 < 2147483648
end

local function find_role(s, from, seq, ack, flags, length)
	local syn, fin, rst = bit.band(flags, 2) ~= 0, bit.band(flags, 1) ~= 0,
		bit.band(flags, 4) ~= 0
	local acks = bit.band(flags, 16) ~= 0

	if rst then
		return "rst"
	elseif syn then
		if not acks then
			s.opener = from
			s.said = nil
			s.fin, s.last = nil, nil
		end
		s.isn = s.isn or {}
		s.isn[from] = seq
		return acks and "synack" or "syn"
	elseif fin then
		local after = (seq + length + 1) % 4294967296
		if not s.fin or s.fin.from == from then
			s.fin = s.fin or { from = from, after = after }
			return "fin"
		end
		s.last = s.last or { from = from, after = after }
		return "last-fin"
	elseif length > 0 then
		if s.opener == from then
			s.said = true
		end
		return "data"
	elseif s.last and s.last.from ~= from and not_after(s.last.after, ack) then
		return "last-ack"
	elseif s.fin and s.fin.from ~= from and not_after(s.fin.after, ack) then
		return "fin-ack"
	elseif s.opener == from and not s.said and s.isn[from] and
		seq == (s.isn[from] + 1) % 4294967296 then
		for end_, isn in pairs(s.isn) do
			if end_ ~= from and ack == (isn + 1) % 4294967296 then
				return "third-ack"
			end
		end
	end
	return "ack"
end

-- Ones' complement sum of 16-bit words.
local function sum(range, total)
	local length = range:len()

	for i = 0, length - 2, 2 do
		total = total + range(i, 2):uint()
	end
	if length % 2 == 1 then
		total = total + range(length - 1, 1):uint() * 256
	end
	return total
end

local function fold(total)
	while total > 65535 do
		total = total % 65536 + math.floor(total / 65536)
	end
	return total
end

-- Of the innermost header that has been seen.
local function last(field)
	local all = { field() }

	return all[#all]
end

local function pseudo_header(length)
	local from, to = last(ipv6_from) or last(ipv4_from), last(ipv6_to) or last(ipv4_to)

	return sum(from.range, 0) + sum(to.range, 0) + lctcp.prefs.protocol + length
end

local function show_checksum(tvb, tree, length)
	local field = tvb(16, 2)
	local header

	if length > tvb:len() then
		tree:add(status, field, "not known: the frame was cut"):set_generated()
		return
	end
	header = fold(pseudo_header(length))
	if fold(sum(tvb(0, length), header)) == 65535 then
		tree:add(status, field, "good"):set_generated()
	elseif field:uint() == header then
		tree:add(status, field, "partial"):set_generated()
		tree:add_proto_expert_info(partial)
	else
		local right = 65535 - fold(sum(tvb(0, length),
			header + 65535 - field:uint()))
		tree:add(status, field, "bad"):set_generated()
		tree:add(wanted, field, right):set_generated()
		tree:add_proto_expert_info(bad)
	end
end

-- As protocol 6 would have it: the sum has 247 less.
local function translated(tvb)
	local bytes = tvb:bytes()
	local check = fold(tvb(16, 2):uint() + lctcp.prefs.protocol - 6)

	bytes:set_index(16, math.floor(check / 256))
	bytes:set_index(17, check % 256)
	return bytes:tvb("lctcp as TCP")
end

function lctcp.dissector(tvb, pinfo, tree)
	local stream, header, length, subtree

	tcp:call(lctcp.prefs.translate and tvb:len() >= 20 and translated(tvb) or tvb,
		pinfo, tree)
	if tvb:len() < 20 then
		return tvb:len()
	end
	header = math.floor(tvb(12, 1):uint() / 16) * 4
	length = tvb:reported_length_remaining()
	subtree = tree:add(lctcp, tvb(0, math.min(header, tvb:len())))
	show_checksum(tvb, subtree, length)

	-- inside of an ICMP message it is no segment under way
	stream = { stream_of() }
	stream = stream[#stream]
	if not stream or pinfo.in_error_pkt then
		return tvb:len()
	end
	if not roles[pinfo.number] then
		local s = streams[stream.value] or {}
		streams[stream.value] = s
		roles[pinfo.number] = find_role(s,
			tostring(pinfo.net_src) .. " " .. pinfo.src_port,
			tvb(4, 4):uint(), tvb(8, 4):uint(), tvb(13, 1):uint(),
			length - header)
	end
	subtree:add(role, roles[pinfo.number]):set_generated()
	subtree:append_text(", " .. roles[pinfo.number])
	return tvb:len()
end

local registered

local function register()
	local protocols = DissectorTable.get("ip.proto")

	if registered then
		protocols:remove(registered, lctcp)
	end
	registered = lctcp.prefs.protocol
	protocols:add(registered, lctcp)
end

function lctcp.prefs_changed()
	register()
end

register()
