"""The functions of sprig v3.3, as Argo offers them: what they take and give."""

from functools import cache

# `name:arguments:result`, in Go's types: `s` string, `i` int, `I` int64, `f` float64, `b` bool, `a` any, `l` a list,
# `S` a list of strings, `N` a list of ints, `m` a map, `t` a time, `u` uint32, `x` what no expression can write; a `*`
# repeats the one before, or leaves it out.
_TABLE = """
abbrev:is:s abbrevboth:iis:s add:a*:I add1:a:I add1f:a:f addf:a*:f adler32sum:s:s ago:a:s all:a*:b any:a*:b
append:aa:l atoi:s:i b32dec:s:s b32enc:s:s b64dec:s:s b64enc:s:s base:s:s bcrypt:s:s biggest:aa*:I
buildCustomCert:ss:a camelcase:s:s cat:a*:s ceil:a:f chunk:ia:l clean:s:s coalesce:a*:a compact:a:l concat:a*:a
contains:ss:b date:sa:s dateInZone:sas:s dateModify:st:a date_in_zone:sas:s date_modify:st:a decryptAES:ss:s
deepCopy:a:a deepEqual:aa:b default:aa*:a derivePassword:ussss:s dict:a*:m dig:a*:a dir:s:s div:aa:I divf:aa*:f
duration:a:s durationRound:a:s empty:a:b encryptAES:ss:s ext:s:s fail:s:s first:a:a float64:a:f floor:a:f
fromJson:s:a genCA:si:a genCAWithKey:sis:a genPrivateKey:s:s genSelfSignedCert:slli:a
genSelfSignedCertWithKey:sllis:a genSignedCert:sllix:a genSignedCertWithKey:sllixs:a get:ms:a getHostByName:s:s
has:aa:b hasKey:ms:b hasPrefix:ss:b hasSuffix:ss:b hello::s htmlDate:a:s htmlDateInZone:as:s htpasswd:ss:s
indent:is:s initial:a:l initials:s:s int:a:i int64:a:I isAbs:s:b join:sa:s kebabcase:s:s keys:m*:S kindIs:sa:b
kindOf:a:s last:a:a list:a*:l lower:s:s max:aa*:I maxf:aa*:f merge:mm*:a mergeOverwrite:mm*:a min:aa*:I minf:aa*:f
mod:aa:I mul:aa*:I mulf:aa*:f mustAppend:aa:l mustChunk:ia:l mustCompact:a:l mustDateModify:st:a mustDeepCopy:a:a
mustFirst:a:a mustFromJson:s:a mustHas:aa:b mustInitial:a:l mustLast:a:a mustMerge:mm*:a mustMergeOverwrite:mm*:a
mustPrepend:aa:l mustPush:aa:l mustRegexFind:ss:s mustRegexFindAll:ssi:S mustRegexMatch:ss:b
mustRegexReplaceAll:sss:s mustRegexReplaceAllLiteral:sss:s mustRegexSplit:ssi:S mustRest:a:l mustReverse:a:l
mustSlice:aa*:a mustToDate:ss:a mustToJson:a:s mustToPrettyJson:a:s mustToRawJson:a:s mustUniq:a:l mustWithout:aa*:l
must_date_modify:st:a nindent:is:s nospace:s:s now::a omit:ms*:m osBase:s:s osClean:s:s osDir:s:s osExt:s:s
osIsAbs:s:b pick:ms*:m pluck:sm*:l plural:ssi:s prepend:aa:l push:aa:l quote:a*:s randAlpha:i:s randAlphaNum:i:s
randAscii:i:s randBytes:i:s randInt:ii:i randNumeric:i:s regexFind:ss:s regexFindAll:ssi:S regexMatch:ss:b
regexQuoteMeta:s:s regexReplaceAll:sss:s regexReplaceAllLiteral:sss:s regexSplit:ssi:S repeat:is:s replace:sss:s
rest:a:l reverse:a:l round:aif*:f semver:s:a semverCompare:ss:b seq:i*:s set:msa:m sha1sum:s:s sha256sum:s:s
sha512sum:s:s shuffle:s:s slice:aa*:a snakecase:s:s sortAlpha:a:S split:ss:m splitList:ss:S splitn:sis:m squote:a*:s
sub:aa:I subf:aa*:f substr:iis:s swapcase:s:s ternary:aab:a title:s:s toDate:ss:a toDecimal:a:I toJson:a:s
toPrettyJson:a:s toRawJson:a:s toString:a:s toStrings:a:S trim:s:s trimAll:ss:s trimPrefix:ss:s trimSuffix:ss:s
trimall:ss:s trunc:is:s tuple:a*:l typeIs:sa:b typeIsLike:sa:b typeOf:a:s uniq:a:l unixEpoch:t:s unset:ms:m
until:i:N untilStep:iii:N untitle:s:s upper:s:s urlJoin:m:s urlParse:s:m uuidv4::s values:m:l without:aa*:l
wrap:is:s wrapWith:iss:s
"""

# Those that change the mapping they are given.
CHANGING = frozenset({"set", "unset", "merge", "mergeOverwrite", "mustMerge", "mustMergeOverwrite"})


@cache
def sprig() -> dict[str, tuple[str, str]]:
    """Return the arguments and the result of each function by its name."""
    return {name: (arguments, result) for name, arguments, result in (row.split(":") for row in _TABLE.split())}
